import { Sfs3Error } from "../errors.js";
import type { BlobKey, BlobReference } from "./reference.js";
import type { BlobScope, PendingBlob } from "./scope.js";
import type { CheckedSource } from "./source.js";
import { type StoredBlob, storedBlob } from "./stored-blob.js";
import { uploadBlob } from "./upload.js";

/** What stands for a reference while the output is looked at for what JSON cannot carry. */
const DRAFT: BlobReference = { $blob: { key: "" as BlobKey, size: 0, contentType: "", checksum: "" } };

/** A source as the blob that it becomes: it is uploaded when the output has it, which asks for its JSON. */
export const pendingBlob = ({ location, pending }: BlobScope, source: CheckedSource): StoredBlob => {
  const known = pending.get(source.identity);
  if (known !== undefined) return known.blob;
  let wanted = false;
  let uploaded: BlobReference | undefined;
  const reference = () => uploaded ?? notYet(location.step);
  const blob: StoredBlob = Object.assign(storedBlob(reference, location), {
    toJSON: () => {
      wanted = true;
      return uploaded ?? DRAFT;
    },
  });
  const upload: PendingBlob["upload"] = async (options) => {
    uploaded = await uploadBlob(location, source, options);
  };
  pending.set(source.identity, { blob, wanted: () => wanted, upload, discard: source.discard });
  return blob;
};

const notYet = (step: string): never => {
  throw new Sfs3Error(
    "StepConfigurationError",
    `The schemaOut of step '${step}' looks into a blob() before it is in S3; look into it in 'route' or in a later step.`,
  );
};
