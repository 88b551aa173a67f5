import { $constructor, $ZodType, type $ZodTypeDef, type ParsePayload } from "zod/v4/core";
import { outsideOfStep } from "./failures.js";
import { BLOB_TRAIT } from "./has-blob.js";
import { pendingBlob } from "./pending-blob.js";
import { type BlobReference, belongsTo, parseReference } from "./reference.js";
import { REFERENCE_JSON_SCHEMA } from "./reference-json-schema.js";
import { type BlobScope, scopeOf } from "./scope.js";
import { type BlobSource, checkSource } from "./source.js";
import { referenceOf, type StoredBlob, storedBlob } from "./stored-blob.js";

/** The schema that {@link blob} makes. */
export interface BlobSchema extends $ZodType<StoredBlob, BlobSource | StoredBlob | BlobReference> {}

/**
 * A schema for data that is too large for the sidecar, or is no JSON: files, images, archives.
 *
 * In a `schemaOut` it takes a stream, bytes or a file, which the SDK sends to S3 beside the sidecar, in parts where it is
 * large; the sidecar holds a small reference. It takes a blob that the step has read as well, and passes its reference
 * on without copying it. In a `schemaIn` it gives a {@link StoredBlob}. It stands in schemas of zod and zod/mini:
 * `z.optional(blob())`, `z.array(blob())`.
 *
 * A step opens the blobs of its own transaction alone; any other reference is a `StepInputError`. A blob whose step
 * failed goes with the bucket's lifecycle rule for the tag `sfs3=uncommitted`.
 *
 * @throws `SidecarUnavailableError` of the step, where S3 does not take the blob; what the stream fails of passes through
 *
 * @example
 * ```ts
 * import { createGzip } from "node:zlib";
 * import { blob, defineStep } from "@sfs3/sdk";
 * import * as z from "zod";
 *
 * export const compress = defineStep(
 *   z.object({ "export-output": z.object({ table: blob() }) }),
 *   z.object({ archive: blob() }),
 *   ({ "export-output": { table } }) => ({
 *     archive: { body: table.stream().compose(createGzip()), contentType: "application/gzip" },
 *   }),
 *   { name: "compress" },
 * );
 * ```
 */
export const blob = (): BlobSchema => new BlobType({ type: "custom" });

const BlobType: $constructor<BlobSchema, $ZodTypeDef> = /* @__PURE__ */ $constructor(BLOB_TRAIT, (schema, def) => {
  $ZodType.init(schema, def);
  schema._zod.toJSONSchema = () => structuredClone(REFERENCE_JSON_SCHEMA);
  schema._zod.parse = (payload, context) => {
    const parsed = parseBlob(payload.value, scopeOf(context));
    if (typeof parsed === "string") refuse(payload, parsed, schema);
    else payload.value = parsed;
    return payload;
  };
});

const refuse = (payload: ParsePayload, message: string, inst: BlobSchema): void => {
  payload.issues.push({ code: "custom", input: payload.value, message, inst });
};

/** @returns what is wrong, as text */
const parseBlob = (value: unknown, scope: BlobScope | undefined): StoredBlob | string => {
  const reference = referenceOf(value) ?? parseReference(value);
  if (reference !== undefined) return known(reference, scope);
  if (scope?.takesSources === false) return "no reference to a blob";
  const source = checkSource(value);
  if (source === undefined) return "neither a stream nor bytes nor { file: URL } nor a blob that the step has read";
  if (typeof source === "string") return source;
  return scope === undefined ? storedBlob(unsent, undefined) : pendingBlob(scope, source);
};

const known = (reference: BlobReference, scope: BlobScope | undefined): StoredBlob | string =>
  scope === undefined || belongsTo(reference.$blob.key, scope.location.txnId)
    ? storedBlob(() => reference, scope?.location)
    : "a blob of another transaction, which only that one's steps may open";

const unsent = (): never => {
  throw outsideOfStep();
};
