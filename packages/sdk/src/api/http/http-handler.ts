import { Sfs3Error } from "../../errors.js";
import { createLog } from "../../log.js";
import { isUnavailable } from "../../sidecar/s3-failure.js";
import type { LambdaContext, Log } from "../../step.js";
import { type CorsOptions, corsHeaders, preflightHeaders } from "./cors.js";
import { Problem } from "./problem.js";
import { type HttpRequest, readRequest } from "./request.js";
import { emptyResponse, type HttpResponse, problemResponse } from "./response.js";

/** A Lambda handler for API Gateway's HTTP APIs (format 2.0) and REST APIs, and for function URLs. */
export type HttpHandler = (event: unknown, context?: LambdaContext) => Promise<HttpResponse>;

/** What is done on one method. */
export interface Route {
  readonly method: "GET" | "POST";
  /** End of the path. Default: any path. */
  readonly pathEnd?: string;
  readonly answer: (request: HttpRequest, log: Log) => Promise<HttpResponse>;
}

export interface HttpSettings {
  /** The first whose path fits; those of one path differ in their method. */
  readonly routes: readonly Route[];
  readonly cors: CorsOptions | undefined;
}

export const httpHandler =
  ({ routes, cors }: HttpSettings): HttpHandler =>
  async (event, context) => {
    const log = createLog({
      write: (line) => process.stdout.write(`${line}\n`),
      now: Date.now,
      level: process.env.LOG_LEVEL,
      fields: { ...(context?.awsRequestId !== undefined && { requestId: context.awsRequestId }) },
    });
    const request = readRequest(event);
    const response = await respond(request, { routes, cors }, log).catch((error: unknown) =>
      problemResponse(problemOf(error, log)),
    );
    return { ...response, headers: { ...response.headers, ...corsHeaders(cors, request) } };
  };

const respond = async (request: HttpRequest, { routes, cors }: HttpSettings, log: Log): Promise<HttpResponse> => {
  const methods = routes.filter(({ pathEnd = "" }) => request.path.endsWith(pathEnd));
  const longest = Math.max(...methods.map(({ pathEnd = "" }) => pathEnd.length));
  const here = methods.filter(({ pathEnd = "" }) => pathEnd.length === longest);
  const allowed = here.map(({ method }) => method);
  if (request.method === "OPTIONS" && cors !== undefined) return emptyResponse(preflightHeaders(allowed, cors));
  const route = here.find(({ method }) => method === request.method);
  if (route !== undefined) return route.answer(request, log);
  throw new Problem("method-not-allowed", `Only ${allowed.join(", ")} is allowed here.`, {
    headers: { allow: allowed.join(", ") },
  });
};

/** Busy services that S3's failures do not tell of. Source: AWS Step Functions API Reference, "StartExecution", Errors. */
const BUSY = new Set(["ExecutionLimitExceeded", "KmsThrottlingException"]);

/** What went wrong is for the log, and of that the name: the messages of services may quote a request. */
const problemOf = (error: unknown, log: Log): Problem => {
  if (error instanceof Problem) return error;
  const { name: errorName } = error instanceof Error ? error : new Error();
  if (isUnavailable(error) || BUSY.has(errorName)) {
    log.warn("a service was busy", { errorName });
    return new Problem("unavailable", "A service was busy; send the same request again.", {
      headers: { "retry-after": "1" },
    });
  }
  // An error of sfs3's own holds no data, and says what to correct.
  log.error("a request failed", { errorName, ...(error instanceof Sfs3Error && { reason: error.message }) });
  return new Problem("internal", "The request failed; the function's log says why.");
};
