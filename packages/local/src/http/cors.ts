import type { HttpHandler } from "./answer.js";

/**
 * Lets pages send requests and read the answers, as a bucket does whose CORS rule names their origin: any page of this
 * machine, for the guard lets in no other.
 *
 * Source: Amazon S3 User Guide, "Using cross-origin resource sharing (CORS)"; the Fetch standard, "CORS protocol".
 */
export const forPages =
  (handle: HttpHandler): HttpHandler =>
  async (request, response) => {
    const { origin, "access-control-request-method": method } = request.headers;
    if (origin === undefined) return handle(request, response);
    response.setHeader("vary", "origin");
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-expose-headers", "etag, x-amz-version-id");
    if (request.method !== "OPTIONS" || method === undefined) return handle(request, response);
    response.writeHead(200, {
      "access-control-allow-methods": method,
      "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "",
      "access-control-max-age": "600",
    });
    response.end();
  };
