import type { ParseContext } from "zod/v4/core";
import type { ZodContext } from "../schema.js";
import type { SidecarLocation } from "../sidecar/store.js";
import type { StoredBlob } from "./stored-blob.js";

/** Where the blobs of one invocation lie, and until when they are read and written. */
export interface BlobLocation extends SidecarLocation {
  /** Ends reading and writing of blobs in time for the rest of the step's life. */
  readonly streamSignal: AbortSignal;
}

export interface UploadOptions {
  /** How many blobs are uploaded at a time. */
  readonly siblings: number;
  readonly signal: AbortSignal;
}

/** A blob that `fn` returned. */
export interface PendingBlob {
  readonly blob: StoredBlob;
  /** Whether the output has it: a schema may look at more than it takes. */
  readonly wanted: () => boolean;
  readonly upload: (options: UploadOptions) => Promise<void>;
  /** Lets go of a stream that nobody is going to read. */
  readonly discard: () => void;
}

/** What the blob schemas of one step have in common while one of its two schemas parses. */
export interface BlobScope {
  readonly location: BlobLocation;
  /** Whether a source may stand where a blob does: in what `fn` returned, never in what the sidecar holds. */
  readonly takesSources: boolean;
  /** What `fn` returned, by its sources. */
  readonly pending: Map<object, PendingBlob>;
}

const SCOPE = Symbol("sfs3.blobs");

/** zod passes the context of a parse to each schema inside the one that parses. */
export const withScope = (scope: BlobScope): ZodContext => {
  const context: ZodContext & { readonly [SCOPE]: BlobScope } = { [SCOPE]: scope };
  return context;
};

/** `undefined` where a schema parses outside of a step. */
export const scopeOf = (context: ParseContext): BlobScope | undefined =>
  (context as { readonly [SCOPE]?: BlobScope })[SCOPE];
