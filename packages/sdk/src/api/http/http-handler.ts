import { Sfs3Error } from "../../errors.js";
import { isConcurrent, isUnavailable } from "../../sidecar/s3-failure.js";
import type { LambdaContext, Log } from "../../step.js";
import { handlerLog } from "../handler-log.js";
import { type CorsOptions, corsHeaders, preflightHeaders } from "./cors.js";
import { Problem } from "./problem.js";
import { type HttpRequest, readRequest } from "./request.js";
import { emptyResponse, type HttpResponse, problemResponse } from "./response.js";

/** A Lambda handler for API Gateway's HTTP APIs (format 2.0) and REST APIs, and for function URLs. */
export type HttpHandler = (event: unknown, context?: LambdaContext) => Promise<HttpResponse>;

/** What is done at a path. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly answer: (request: HttpRequest, log: Log) => Promise<HttpResponse>;
}

export interface HttpSettings {
  /** At any path that has no route of its own. */
  readonly route: Route;
  /** At paths that end so. */
  readonly below?: Readonly<Record<`/${string}`, Route>>;
  readonly cors: CorsOptions | undefined;
}

export const httpHandler =
  (settings: HttpSettings): HttpHandler =>
  async (event, context) => {
    const log = handlerLog(context);
    const request = readRequest(event);
    const response = await respond(request, settings, log).catch((error: unknown) =>
      problemResponse(problemOf(error, log)),
    );
    return { ...response, headers: { ...response.headers, ...corsHeaders(settings.cors, request) } };
  };

const respond = async (request: HttpRequest, settings: HttpSettings, log: Log): Promise<HttpResponse> => {
  const { route, below = {}, cors } = settings;
  const [, { method, answer } = route] = Object.entries(below).find(([end]) => request.path.endsWith(end)) ?? [];
  if (request.method === method) return answer(request, log);
  if (request.method === "OPTIONS" && cors !== undefined) return emptyResponse(preflightHeaders(method, cors));
  throw new Problem("method-not-allowed", `Only ${method} is allowed here.`, { headers: { allow: method } });
};

/** The quota of open executions, which other executions' ends give back. Not named as a throttled request is. */
const QUOTA = "ExecutionLimitExceeded";

/** What went wrong is for the log, and of that the name: the messages of services may quote a request. */
const problemOf = (error: unknown, log: Log): Problem => {
  if (error instanceof Problem) return error;
  const { name: errorName } = error instanceof Error ? error : new Error();
  if (isUnavailable(error) || isConcurrent(error) || errorName === QUOTA) {
    log.warn("a service was busy", { errorName });
    return new Problem("unavailable", "A service was busy; send the same request again.", {
      headers: { "retry-after": "1" },
    });
  }
  // An error of sfs3's own holds no data, and says what to correct.
  log.error("a request failed", { errorName, ...(error instanceof Sfs3Error && { reason: error.message }) });
  return new Problem("internal", "The request failed; the function's log says why.");
};
