import type { ZodContext } from "../schema.js";
import type { Sidecar } from "../sidecar/sidecar.js";
import type { AnyStep } from "../step.js";
import { hasBlob } from "./has-blob.js";
import { type BlobLocation, type BlobScope, type PendingBlob, withScope } from "./scope.js";

/** The blobs of one invocation of a step. */
export interface StepBlobs {
  /** For `schemaIn`. */
  readonly reading: ZodContext;
  /** For `schemaOut`. */
  readonly writing: ZodContext;
  /**
   * Uploads the blobs that the output has.
   *
   * @param render makes the output's JSON: called before, so that no byte is sent of what is refused, and again after
   */
  store(render: () => Promise<string>): Promise<string>;
  /**
   * Takes the step's blobs in the output that stands in the sidecar out of the lifecycle rule for what is uncommitted.
   *
   * @param own the output's JSON, where it is the one that this invocation has written
   */
  keep(own?: string): Promise<void>;
  /** Lets go of the streams that nobody has read. */
  discard(): void;
}

export const stepBlobs = (location: BlobLocation, { schemaOut }: AnyStep, sidecar: Sidecar): StepBlobs => {
  const pending: BlobScope["pending"] = new Map();
  return {
    reading: withScope({ location, takesSources: false, pending }),
    writing: withScope({ location, takesSources: true, pending }),
    store: async (render) => {
      const draft = await render();
      const wanted = [...pending.values()].filter((blob) => blob.wanted());
      if (wanted.length === 0) return draft;
      await uploadAll(wanted, location.streamSignal);
      return render();
    },
    keep: async (own) => {
      if (!hasBlob(schemaOut)) return;
      const output: unknown = own === undefined ? await sidecar.ownOutput() : JSON.parse(own);
      const { keepBlobs } = await import("./keep-blobs.js");
      await keepBlobs(location, output);
    },
    discard: () => {
      for (const blob of pending.values()) blob.discard();
    },
  };
};

/** Side by side, since one stream may feed two. The first failure ends the others, and is thrown when they have ended. */
const uploadAll = async (blobs: readonly PendingBlob[], signal: AbortSignal): Promise<void> => {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const failures: unknown[] = [];
  const uploads = blobs.map((blob) =>
    blob.upload({ siblings: blobs.length, signal: either }).catch((error: unknown) => {
      failures.push(error);
      failed.abort(error);
    }),
  );
  await Promise.all(uploads);
  if (failures.length > 0) throw failures[0];
};
