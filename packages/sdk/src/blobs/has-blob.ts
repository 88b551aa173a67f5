import { schemasIn } from "../schemas-in.js";
import type { Schema } from "../step.js";

/** zod keeps the names of what a schema is. */
export const BLOB_TRAIT = "Sfs3Blob";

/**
 * Whether a schema has a `blob()` anywhere in it: whoever writes what it describes has to be permitted
 * `s3:PutObjectTagging` and `s3:AbortMultipartUpload`.
 *
 * @example
 * ```ts
 * import { blob } from "@sfs3/sdk";
 * import { hasBlob } from "@sfs3/sdk/flow";
 * import * as z from "zod";
 *
 * hasBlob(z.object({ scans: z.array(blob()) })); // true
 * ```
 */
export const hasBlob = (schema: Schema): boolean =>
  [...schemasIn(schema)].some(({ _zod: { traits } }) => traits.has(BLOB_TRAIT));
