import type { Log } from "../../step.js";
import { Problem } from "../http/problem.js";
import type { HttpRequest } from "../http/request.js";
import { type HttpResponse, jsonResponse } from "../http/response.js";
import { renderInput } from "./process-input.js";
import { findStart, writeStart } from "./sidecar-start.js";
import { startTransaction } from "./start-execution.js";
import { readStart, type Source, type StartRequest } from "./start-request.js";
import type { StartService } from "./start-service.js";
import { type Transaction, transactionOf } from "./transaction.js";
import { deleteUpload, readUpload } from "./uploads.js";

/** Every stage can be done a second time: whatever died after one of them, the same request goes on from there. */
export const startProcess = async (service: StartService, request: HttpRequest, log: Log): Promise<HttpResponse> => {
  const stateMachineArn = service.stateMachineArn();
  const asked = await readStart(request, service);
  const transaction = transactionOf(asked, stateMachineArn);
  const { txnId, fingerprint } = transaction;
  const { text, isWritten } = await sidecarOf(service, asked.source, transaction);
  await checkAuthorized(service, asked, text);
  if (!isWritten) await writeStart({ ...service.place(), txnId }, text, fingerprint);
  const { source, subtopic } = asked;
  const executionId = await startTransaction(await service.clients.sfn(), { stateMachineArn, txnId, subtopic });
  if (source.kind === "upload") await deleteUpload(service.place(), source.upload, log);
  return jsonResponse(201, { transactionId: txnId, executionId });
};

/** The sidecar to be; or the one that is, where its upload is used up. */
const sidecarOf = async (service: StartService, source: Source, { txnId, fingerprint }: Transaction) => {
  const { schema, maxBytes } = service;
  const input =
    source.kind === "body" ? source.input : await readUpload(service.place(), { upload: source.upload, maxBytes });
  if (input !== undefined) return { text: await renderInput(schema, input), isWritten: false };
  const text = await findStart({ ...service.place(), txnId }, fingerprint);
  if (text !== undefined) return { text, isWritten: true };
  throw new Problem("not-found", "There is no such upload: nothing was sent to its URL, or it has been removed.");
};

const checkAuthorized = async ({ authorize }: StartService, asked: StartRequest, text: string): Promise<void> => {
  if (authorize === undefined) return;
  const { identity, subtopic } = asked;
  const input = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if ((await authorize({ identity, subtopic, input })) === true) return;
  throw new Problem("forbidden", "The caller may not start this process with this input and subtopic.");
};
