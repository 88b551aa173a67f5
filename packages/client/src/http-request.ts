import { parseObject } from "./message.js";

/** Headers of each request, as an `Authorization`; a function is asked before each. */
export type Headers = Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>);

/** One HTTP request. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** As much of `fetch` as the client uses. */
export type Fetch = (
  url: URL,
  request: HttpRequest,
) => Promise<{ readonly status: number; readonly ok: boolean; text(): Promise<string> }>;

/** What came back, read to its end. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  /** The members of a JSON object; `undefined` for any other body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** What requests are made with. */
export interface Requests {
  readonly headers: Headers;
  readonly fetch: Fetch;
}

/** One request and its whole answer. */
export async function request(
  options: Requests,
  url: URL,
  { headers, ...init }: Omit<HttpRequest, "headers"> & Partial<Pick<HttpRequest, "headers">>,
): Promise<Answer> {
  const given = typeof options.headers === "function" ? await options.headers() : options.headers;
  const response = await options.fetch(url, { ...init, headers: { accept: "application/json", ...given, ...headers } });
  return { status: response.status, ok: response.ok, body: parseObject(await response.text()) };
}

/** What an answer refuses a request with. Source: RFC 9457, "Problem Details for HTTP APIs". */
export const refusalOf = (url: URL, { status, body }: Pick<Answer, "status" | "body">): string => {
  const [words = ""] = [body?.detail, body?.message, body?.title].filter((text) => typeof text === "string");
  return `${placeOf(url)} answered ${`${status} ${words}`.trim()}`;
};

/** A query may hold a key. */
export const placeOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
