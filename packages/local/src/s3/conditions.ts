import { S3Error } from "./errors.js";
import type { WriteCondition } from "./storage/object-files.js";
import type { ObjectSummary } from "./storage/object-summary.js";
import type { Store } from "./storage/store.js";

type Headers = Readonly<Record<string, string>>;

/** The four conditions of HTTP; `prefix` finds those of a copy's source. */
interface Conditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

function readConditions(headers: Headers, prefix = ""): Conditions {
  return {
    ifMatch: headers[`${prefix}if-match`],
    ifNoneMatch: headers[`${prefix}if-none-match`],
    ifModifiedSince: headers[`${prefix}if-modified-since`],
    ifUnmodifiedSince: headers[`${prefix}if-unmodified-since`],
  };
}

/** By what HTTP tells whether an object is still the same (RFC 9110, 8.8). */
type Validators = Pick<ObjectSummary, "etag" | "lastModifiedMs">;

function matches(list: string, { etag }: Validators): boolean {
  const tags = list.split(",").map((tag) => tag.trim().replace(/^"(.*)"$/, "$1"));
  return tags.includes("*") || tags.includes(etag);
}

// HTTP dates have whole seconds; a date that cannot be read is as if absent (RFC 9110, 13.1.3).
function isModifiedSince(date: string, { lastModifiedMs }: Validators): boolean | undefined {
  const sinceMs = Date.parse(date);
  return Number.isNaN(sinceMs) ? undefined : Math.floor(lastModifiedMs / 1000) > Math.floor(sinceMs / 1000);
}

type Verdict = "holds" | "failed" | "not modified";

/** An entity tag takes precedence over the date of the same direction, as in RFC 9110, 13.2.2. */
function judge(conditions: Conditions, object: Validators): Verdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined && !matches(ifMatch, object)) return "failed";
  if (ifMatch === undefined && ifUnmodifiedSince !== undefined && isModifiedSince(ifUnmodifiedSince, object)) {
    return "failed";
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object) ? "not modified" : "holds";
  return ifModifiedSince !== undefined && isModifiedSince(ifModifiedSince, object) === false ? "not modified" : "holds";
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error("PreconditionFailed", { details: { Condition: condition } });
}

/** Throws `PreconditionFailed` or `NotModified` where GET or HEAD is not to answer with the object. */
export function checkRead(headers: Headers, object: Validators, validators: Record<string, string>): void {
  const conditions = readConditions(headers);
  const verdict = judge(conditions, object);
  if (verdict === "not modified") throw new S3Error("NotModified", { headers: validators });
  if (verdict === "failed") {
    throw preconditionFailed(conditions.ifMatch === undefined ? "If-Unmodified-Since" : "If-Match");
  }
}

/** Throws `PreconditionFailed` where the conditions on a copy's source do not hold. */
export function checkCopySource(headers: Headers, source: Validators): void {
  const prefix = "x-amz-copy-source-";
  if (judge(readConditions(headers, prefix), source) !== "holds") throw preconditionFailed(`${prefix}if-*`);
}

function notImplemented(header: string): S3Error {
  return new S3Error("NotImplemented", { details: { Header: header } });
}

function requireMatch(ifMatch: string, current: Validators | undefined): void {
  if (current === undefined) throw new S3Error("NoSuchKey");
  if (!matches(ifMatch, current)) throw preconditionFailed("If-Match");
}

/**
 * The condition that a write must meet under the key's lock; a key whose delete marker is current has no object. S3 takes `If-None-Match: *` or `If-Match: <etag>`.
 *
 * Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
 */
function writeCondition(headers: Headers): WriteCondition {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = readConditions(headers);
  if (ifModifiedSince !== undefined) throw notImplemented("If-Modified-Since");
  if (ifUnmodifiedSince !== undefined) throw notImplemented("If-Unmodified-Since");
  if (ifNoneMatch !== undefined && (ifNoneMatch.trim() !== "*" || ifMatch !== undefined)) {
    throw notImplemented("If-None-Match");
  }
  if (ifMatch?.trim() === "*") throw notImplemented("If-Match");
  return (current) => {
    if (ifNoneMatch !== undefined && current !== undefined) throw preconditionFailed("If-None-Match");
    if (ifMatch !== undefined) requireMatch(ifMatch, current);
  };
}

interface ConditionalWrite {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Headers;
}

/**
 * Runs a write with the condition that its headers ask for. What is to be created only where nothing is loses to a
 * deletion that happens meanwhile: whoever deleted cannot have meant the object that is on its way.
 *
 * Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes", conditional write behavior.
 */
export async function withWriteCondition<TResult>(
  { bucket, key, headers }: ConditionalWrite,
  { objects }: Store,
  write: (condition: WriteCondition) => Promise<TResult>,
): Promise<TResult> {
  const check = writeCondition(headers);
  if (headers["if-none-match"] === undefined) return await write(check);
  const watch = objects.watchDeletions(bucket, key);
  try {
    return await write((current) => {
      check(current);
      if (watch.sawDeletion()) throw new S3Error("ConditionalRequestConflict", { details: { Key: key } });
    });
  } finally {
    watch.end();
  }
}

/** The condition of a delete; `*` asks that there be an object. */
export function deleteCondition(ifMatch: string | undefined): WriteCondition {
  return (current) => {
    if (ifMatch !== undefined) requireMatch(ifMatch, current);
  };
}
