import type { Log } from "../../step.js";
import { Problem } from "../http/problem.js";
import type { HttpRequest } from "../http/request.js";
import { type HttpResponse, jsonResponse } from "../http/response.js";
import { renderInput } from "./process-input.js";
import { findStart, writeStart } from "./sidecar-start.js";
import { startTransaction } from "./start-execution.js";
import { inputIn, readStart, type Source, type StartRequest } from "./start-request.js";
import type { StartService } from "./start-service.js";
import { marksOf, transactionIdOf } from "./transaction.js";
import { deleteUpload, readUpload } from "./uploads.js";

/** Every stage can be done a second time: whatever died after one of them, the same request goes on from there. */
export const startProcess = async (service: StartService, request: HttpRequest, log: Log): Promise<HttpResponse> => {
  const stateMachineArn = service.stateMachineArn();
  const asked = await readStart(request, service);
  const txnId = transactionIdOf(asked, { stateMachineArn, prefix: service.transactionPrefix() });
  await settleSidecar(service, asked, txnId);
  const { source, subtopic } = asked;
  const executionId = await startTransaction(service.stepFunctions(), {
    stateMachineArn,
    txnId,
    layout: service.layout(),
    subtopic,
  });
  if (source.kind === "upload") await deleteUpload(service.place(), source.upload, log);
  return jsonResponse(201, { transactionId: txnId, executionId });
};

/** Writes it, or finds the one that is there, where its upload is used up. */
const settleSidecar = async (service: StartService, asked: StartRequest, txnId: string): Promise<void> => {
  const place = { ...service.place(), txnId, layout: service.layout() };
  const input = await inputOf(service, asked.source);
  const marks = marksOf(asked, input);
  const text = input === undefined ? await findStart(place, marks) : await renderInput(service.schema, input);
  if (text === undefined) {
    throw new Problem("not-found", "There is no such upload: nothing was sent to its URL, or it has been removed.");
  }
  await checkAuthorized(service, asked, text);
  if (input !== undefined) await writeStart(place, text, marks);
};

/** The input as it was sent; `undefined` where there is no such upload, or none any more. */
const inputOf = async (service: StartService, source: Source) => {
  if (source.kind === "body") return source.input;
  // Of another process in the same bucket, which this one may not read.
  if (!source.upload.startsWith(service.transactionPrefix())) return undefined;
  const uploaded = await readUpload(service.place(), { upload: source.upload, maxBytes: service.maxBytes });
  return uploaded && inputIn(uploaded, service.inputKeys);
};

const checkAuthorized = async ({ authorize }: StartService, asked: StartRequest, text: string): Promise<void> => {
  if (authorize === undefined) return;
  const { identity, subtopic } = asked;
  const input = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if ((await authorize({ identity, subtopic, input })) === true) return;
  throw new Problem("forbidden", "The caller may not start this process with this input and subtopic.");
};
