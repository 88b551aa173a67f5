import { createHash } from "node:crypto";

const READABLE_CHARACTERS = 48;

/** How the name of every object file ends. */
export const OBJECT_FILE_SUFFIX = ".object";

/**
 * The file name of a key: a readable hint, then the key's SHA-256, which alone tells keys apart. Lower case only, so
 * that it is the same file on file systems that ignore case.
 */
export function objectFileName(key: string): string {
  const readable = key
    .slice(0, READABLE_CHARACTERS)
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "_");
  return `${readable}-${createHash("sha256").update(key).digest("hex")}${OBJECT_FILE_SUFFIX}`;
}
