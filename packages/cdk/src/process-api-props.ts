import type { HttpApi, IHttpRouteAuthorizer, ThrottleSettings } from "aws-cdk-lib/aws-apigatewayv2";
import type { FunctionOptions } from "aws-cdk-lib/aws-lambda";

/** Handlers of the API, by what they do. */
export type ApiHandler = "start" | "state" | "iotKeys";

/** How a process is started over HTTP, asked for its state, and listened to. */
export interface ProcessApiProps {
  /** Who may call. Default: principals of IAM that may invoke the routes; `grantCall` lets one. */
  readonly authorizer?: IHttpRouteAuthorizer;
  /** Module that exports the flow, under any name. Default: `flow.ts` in the folder of the steps or the one above it. */
  readonly flowModule?: string;
  /**
   * Modules of your own, each exporting `handler`, in place of the handlers. Default: a caller may start processes on its
   * own subtopic or none, see those, and listen to its own: `callerSubtopics` of `@sfs3/sdk/api` says which that is.
   */
  readonly modules?: Readonly<Partial<Record<ApiHandler, string>>>;
  /** What the functions have. Default: 1,024 MB for the one that starts, 256 MB for the others, arm64, 29 s. */
  readonly functions?: Readonly<Partial<Record<ApiHandler, FunctionOptions>>>;
  /** Whether inputs too large for a request are taken by way of S3. Default: `true`. */
  readonly uploads?: boolean;
  /** Sites whose pages may call, as `https://app.example.org`. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** An API of your own to put the routes into. Default: a new one, whose access log is the process's log. */
  readonly httpApi?: HttpApi;
  /** What the routes' paths begin with, as `/orders`. Default: nothing. */
  readonly basePath?: string;
  /** Limits of a new API. Unit: requests, and requests per second. Default: 100 a second, 200 at once. */
  readonly throttle?: ThrottleSettings;
}
