import { createHash } from "node:crypto";
import { NULL_VERSION } from "./object-version.js";

const READABLE_CHARACTERS = 48;

/** How the name of every object file ends. */
export const OBJECT_FILE_SUFFIX = ".object";

/**
 * The file name of a version of a key: a readable hint, then the key's SHA-256, which alone tells keys apart, then the
 * version's id. The null version has no id in its name, so that a rename replaces it. Lower case only, so that it is the
 * same file on file systems that ignore case.
 */
export function objectFileName(key: string, versionId: string = NULL_VERSION): string {
  const readable = key
    .slice(0, READABLE_CHARACTERS)
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "_");
  const version = versionId === NULL_VERSION ? "" : `.${versionId}`;
  return `${readable}-${createHash("sha256").update(key).digest("hex")}${version}${OBJECT_FILE_SUFFIX}`;
}
