import { Sfs3Error } from "../errors.js";
import type { BlobLocation } from "./scope.js";

type Named = Pick<BlobLocation, "txnId" | "step">;

export const unavailableBlob = (what: "store" | "keep" | "read", { txnId, step }: Named, cause: unknown): Sfs3Error =>
  new Sfs3Error(
    "SidecarUnavailableError",
    `S3 failed to ${what} a blob of transaction '${txnId}' for step '${step}'.`,
    { cause },
  );

export const missingBlob = ({ txnId, step }: Named, cause: unknown): Sfs3Error =>
  new Sfs3Error(
    "SidecarCorruptError",
    `The sidecar of transaction '${txnId}' refers to a blob that is not there (any more), as step '${step}' found; ` +
      "look whether a lifecycle rule or somebody has deleted it.",
    { cause },
  );

export const distortedBlob = ({ txnId, step }: Named, cause?: unknown): Sfs3Error =>
  new Sfs3Error(
    "SidecarCorruptError",
    `A blob of transaction '${txnId}' that step '${step}' read has another size or checksum than the sidecar says.`,
    { cause },
  );

/** A blob's methods, where there is no S3 to ask. */
export const outsideOfStep = (): Sfs3Error =>
  new Sfs3Error(
    "StepConfigurationError",
    "A blob() that was parsed outside of a step holds no bytes: read it in the function of a step, which testStep runs in tests.",
  );
