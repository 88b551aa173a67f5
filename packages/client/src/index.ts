export type { Clock } from "./clock.js";
export { createProcessClient } from "./create-process-client.js";
export {
  CLIENT_ERRORS,
  type ClientErrorName,
  type FailedStatus,
  type Issue,
  ProcessClientError,
  ProcessFailedError,
  type ProcessReference,
  ProcessTimeoutError,
  StartError,
} from "./errors.js";
export type { InputOf } from "./flow-input.js";
export type { Fetch, Headers, HttpRequest } from "./http-request.js";
export type { AwsCredentials, IotBroker, IotCredentials } from "./iot-credentials.js";
export type { ProgressEvent } from "./message.js";
export type { CommonOptions, Iot, ProcessClientOptions } from "./options.js";
export type { Polling } from "./poller.js";
export type { ProcessClient, StartedProcess } from "./process-client.js";
export type { ProgressOptions } from "./progress.js";
export type { OpenSession, Session, SessionOptions } from "./session.js";
export type { StartOptions } from "./starter.js";
export type { ProcessEnd, WaitOptions } from "./tracked.js";
