import { schemasIn } from "../schemas-in.js";
import type { Schema } from "../step.js";

/** zod keeps the names of what a schema is. */
export const BLOB_TRAIT = "Sfs3Blob";

export const hasBlob = (schema: Schema): boolean =>
  [...schemasIn(schema)].some(({ _zod: { traits } }) => traits.has(BLOB_TRAIT));
