export { type AssembleOptions, assemble, assembleStream } from "./document/assemble.js";
export { callerSubtopics, callsForItself } from "./http/caller-subtopics.js";
export type { CorsOptions } from "./http/cors.js";
export type { HttpHandler } from "./http/http-handler.js";
export type { Identify, Identity } from "./http/identity.js";
export type { HttpRequest } from "./http/request.js";
export type { HttpResponse } from "./http/response.js";
export type { Subtopics } from "./iot/asked-subtopic.js";
export { createIotAuthHandler, type IotAuthHandlerOptions } from "./iot/iot-auth-handler.js";
export { type DirectStart, startDirectly } from "./start/start-directly.js";
export { createStartHandler, type StartedFlow, type StartedSchema } from "./start/start-handler.js";
export type { StartAttempt, StartHandlerOptions } from "./start/start-options.js";
export type { UploadOptions } from "./start/uploads.js";
export { createStateHandler, type StateHandlerOptions, type StateQuestion } from "./state/state-handler.js";
export {
  createStatusNotifier,
  type NotificationOutcome,
  type StatusNotifier,
  type StatusNotifierOptions,
} from "./status/status-notifier.js";
