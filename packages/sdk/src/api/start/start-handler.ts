import type { output } from "zod/v4/core";
import type { InputOf } from "../../flow/flow.js";
import type { FlowDefinition } from "../../flow/state.js";
import type { Json } from "../../flow/types/json.js";
import type { Schema } from "../../step.js";
import { type HttpHandler, httpHandler, type Route } from "../http/http-handler.js";
import { offerUpload, UPLOADS } from "./offer-upload.js";
import { checkStartOptions, type StartHandlerOptions } from "./start-options.js";
import { startProcess } from "./start-process.js";
import { startService } from "./start-service.js";

/** What the process is: a flow, or else a schema of its input. */
export type StartedFlow<TFlow extends FlowDefinition> = { readonly flow: TFlow; readonly inputSchema?: never };
export type StartedSchema<TSchema extends Schema> = { readonly inputSchema: TSchema; readonly flow?: never };

/**
 * Makes the Lambda handler of `POST <path>`, which starts a process: it checks the input, writes the sidecar, starts the
 * execution that is named after the transaction, and answers 201 with `{ transactionId, executionId }`. `POST
 * <path>/uploads` takes inputs that are too large for an API's request.
 *
 * With the header `Idempotency-Key`, a request that is sent again gives the same transaction, also where the first one
 * died half way. What is refused is answered as `application/problem+json`.
 *
 * @throws `StepConfigurationError` at once where an option is misspelt or out of range
 *
 * @example
 * ```ts
 * import { createStartHandler } from "@sfs3/sdk/api";
 * import { orders } from "./orders.js";
 *
 * export const handler = createStartHandler({
 *   flow: orders,
 *   authorize: ({ identity, subtopic }) => identity !== undefined && subtopic === identity.subject,
 * });
 * ```
 */
export function createStartHandler<TFlow extends FlowDefinition>(
  options: StartHandlerOptions<InputOf<TFlow>> & StartedFlow<TFlow>,
): HttpHandler;
export function createStartHandler<TSchema extends Schema>(
  options: StartHandlerOptions<Json<output<TSchema>>> & StartedSchema<TSchema>,
): HttpHandler;
export function createStartHandler(
  options: StartHandlerOptions<never> & { readonly flow?: FlowDefinition; readonly inputSchema?: Schema },
): HttpHandler {
  // What authorize is given is what the schema has accepted.
  const service = startService(
    checkStartOptions(options),
    options as StartHandlerOptions & { readonly flow?: FlowDefinition },
  );
  const uploads: Route = { method: "POST", answer: (request) => offerUpload(service, request) };
  return httpHandler({
    route: { method: "POST", answer: (request, log) => startProcess(service, request, log) },
    below: { [UPLOADS]: uploads },
    cors: options.cors,
  });
}
