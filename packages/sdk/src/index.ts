export { type BlobSchema, blob } from "./blobs/blob.js";
export type { BlobReference } from "./blobs/reference.js";
export type { BlobBody, BlobSource } from "./blobs/source.js";
export type { StoredBlob } from "./blobs/stored-blob.js";
export { defineStep } from "./define-step.js";
export { FAILURES, type FailureName, type Issue, type RetryPolicy, Sfs3Error } from "./errors.js";
export { type Item, item } from "./item.js";
export { type Items, items } from "./items.js";
export { NAME_PATTERN } from "./names.js";
export type { RouteValues, StateEntry, StatePayload } from "./payload.js";
export type { Layout } from "./sidecar/layout.js";
export type {
  AnyStep,
  LambdaContext,
  Log,
  Schema,
  Step,
  StepClients,
  StepContext,
  StepFunction,
  StepOptions,
  StepShape,
} from "./step.js";
