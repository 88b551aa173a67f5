import { createHash } from "node:crypto";
import { executionArnOf } from "../../execution-arn.js";
import { newTransactionId } from "../../flow/transaction.js";
import { isObject } from "../../json-object.js";
import type { StartMarks } from "./sidecar-start.js";
import type { StartRequest } from "./start-request.js";

const HASH_LENGTH = 32;

/**
 * A random id; or, for a request that may be repeated, the one that the same request gave before: what it is named by,
 * hashed with the process and the caller, so that nobody meets the transaction of another. An upload names the start that
 * uses it up, and is known to its owner alone.
 */
export const transactionIdOf = (
  { idempotencyKey, identity, source }: StartRequest,
  { stateMachineArn, prefix }: { readonly stateMachineArn: string; readonly prefix: string },
): string => {
  const machine = executionArnOf(stateMachineArn, "");
  if (idempotencyKey !== undefined) {
    const caller = identity === undefined ? null : [identity.issuer ?? null, identity.subject];
    return prefix + derivedId(["key", machine, caller, idempotencyKey]);
  }
  if (source.kind === "upload") return prefix + derivedId(["upload", machine, source.upload]);
  return newTransactionId(prefix);
};

/**
 * What a repetition has to ask for as well. An input that was sent under a key is told by what it is: whoever repeats a
 * large one may have uploaded it again. An upload that is used up can be told by its id alone.
 */
export const marksOf = ({ idempotencyKey, source, subtopic }: StartRequest, input: unknown): StartMarks => ({
  ...(idempotencyKey !== undefined && input !== undefined && { requestSha256: sha256([input, subtopic]) }),
  ...(source.kind === "upload" && { uploadSha256: sha256([source.upload, subtopic]) }),
});

/** In the form of a random one: as evenly spread at its head. */
const derivedId = (parts: readonly unknown[]): string => `0x${sha256(parts).slice(0, HASH_LENGTH)}`;

const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value, inKeyOrder)).digest("hex");

/** A client may write the same object in another order when it tries again. */
const inKeyOrder = (_: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value;
