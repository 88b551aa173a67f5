import { PROBLEMS, type Problem } from "./problem.js";

/** What API Gateway and function URLs make an HTTP response of. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Everything these handlers say is for one caller at one moment. */
const NO_STORE = { "cache-control": "no-store" };

export const jsonResponse = (statusCode: number, value: object): HttpResponse => ({
  statusCode,
  headers: { ...NO_STORE, "content-type": "application/json" },
  body: JSON.stringify(value),
});

export const emptyResponse = (headers: HttpResponse["headers"]): HttpResponse => ({
  statusCode: 204,
  headers: { ...NO_STORE, ...headers },
  body: "",
});

/** Source: RFC 9457, "Problem Details for HTTP APIs". */
export const problemResponse = ({ problem, message: detail, issues, headers }: Problem): HttpResponse => {
  const { status, title } = PROBLEMS[problem];
  return {
    statusCode: status,
    headers: { ...NO_STORE, ...headers, "content-type": "application/problem+json" },
    body: JSON.stringify({ type: `urn:sfs3:problem:${problem}`, title, status, detail, ...(issues && { issues }) }),
  };
};
