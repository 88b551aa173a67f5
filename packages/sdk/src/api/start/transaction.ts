import { createHash } from "node:crypto";
import { newTransactionId } from "../../flow/transaction.js";
import { isObject } from "../../json-object.js";
import { executionArnOf } from "../../start-execution.js";
import type { StartRequest } from "./start-request.js";

/** What a request becomes: which transaction, and, where it may come again, what it asked for. */
export interface Transaction {
  readonly txnId: string;
  /** Of the request as it was sent; `undefined` where no second request can name this transaction. */
  readonly fingerprint: string | undefined;
}

const HASH_LENGTH = 32;

/**
 * A random id; or, for a request that may be repeated, the one that the same request gave before: what it is named by,
 * hashed with the process and the caller, so that nobody meets the transaction of another. An upload names the start that
 * uses it up, and is known to its owner alone.
 */
export const transactionOf = (request: StartRequest, stateMachineArn: string): Transaction => {
  const { idempotencyKey, identity, source } = request;
  const machine = executionArnOf(stateMachineArn, "");
  const fingerprint = () => sha256([source, request.subtopic]);
  if (idempotencyKey !== undefined) {
    const caller = identity === undefined ? null : [identity.issuer ?? null, identity.subject];
    return { txnId: derivedId(["key", machine, caller, idempotencyKey]), fingerprint: fingerprint() };
  }
  if (source.kind === "upload") {
    return { txnId: derivedId(["upload", machine, source.upload]), fingerprint: fingerprint() };
  }
  return { txnId: newTransactionId(), fingerprint: undefined };
};

/** In the form of a random one: as evenly spread at its head. */
const derivedId = (parts: readonly unknown[]): string => `0x${sha256(parts).slice(0, HASH_LENGTH)}`;

const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value, inKeyOrder)).digest("hex");

/** A client may write the same object in another order when it tries again. */
const inKeyOrder = (_: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value;
