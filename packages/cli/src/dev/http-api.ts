import type { Answer, ApiRequest } from "@sfs3/local";

/** A Lambda handler behind API Gateway. */
export type HttpApiHandler = (event: unknown) => Promise<HttpApiResponse>;

interface HttpApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Hosts a Lambda handler as an HTTP API of API Gateway does.
 *
 * Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
 */
export const hostHttpApi =
  (handler: HttpApiHandler, now: () => Date): ((request: ApiRequest) => Promise<Answer>) =>
  async (request) => {
    const { statusCode, headers, body } = await handler(httpApiEvent(request, now()));
    return { status: statusCode, headers, body };
  };

/** Bodies of these are handed over as text, those of all others in base64. */
const TEXT = /^text\/|^application\/(json|javascript|xml|[\w.-]+\+(json|xml))/;

function httpApiEvent({ method, url, headers, body }: ApiRequest, now: Date) {
  const isText = TEXT.test(headers["content-type"] ?? "text/plain");
  const query = [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(",")]);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: joined({ ...headers, "x-forwarded-proto": "http" }),
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: "anonymous",
      stage: "$default",
      domainName: headers.host,
      http: {
        method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: !isText && body.length > 0,
  };
}

const joined = (headers: ApiRequest["headers"]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value]],
    ),
  );
