import { deflateRawSync, inflateRawSync } from "node:zlib";
import { isObject } from "../../json-object.js";
import type { JournalEntry } from "../journal.js";

/** A part's entry in the journal, and whose it is. */
export interface PartJournal extends JournalEntry {
  readonly step: string;
}

type Metadata = Readonly<Record<string, string>>;

/** S3 sends it as the header `x-amz-meta-sfs3-journal`. */
export const JOURNAL_FIELD = "sfs3-journal";

/**
 * S3 keeps 2 KB of metadata with an object: names and values together.
 *
 * Source: Amazon S3 User Guide, "Working with object metadata".
 */
const MAX_VALUE_BYTES = 2_048 - JOURNAL_FIELD.length;

/** More than any entry has. Unit: bytes. */
const MAX_TEXT_BYTES = 65_536;

const DEFLATED = "deflate:";

/** @returns `undefined` where the entry exceeds what S3 keeps with an object */
export const writeJournal = (entry: object): Metadata | undefined => {
  const text = JSON.stringify(entry);
  const ascii = text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const value = ascii.length <= MAX_VALUE_BYTES ? ascii : DEFLATED + deflateRawSync(text).toString("base64");
  return value.length <= MAX_VALUE_BYTES ? { [JOURNAL_FIELD]: value } : undefined;
};

/** @returns `undefined` where the object has none; `"malformed"` for what {@link writeJournal} cannot have written */
export const readJournal = (metadata: Metadata = {}): Readonly<Record<string, unknown>> | "malformed" | undefined => {
  const value = metadata[JOURNAL_FIELD];
  if (value === undefined) return undefined;
  try {
    const text = value.startsWith(DEFLATED) ? inflate(value.slice(DEFLATED.length)) : value;
    const entry: unknown = JSON.parse(text);
    return isObject(entry) ? entry : "malformed";
  } catch {
    return "malformed";
  }
};

const inflate = (base64: string): string =>
  inflateRawSync(Buffer.from(base64, "base64"), { maxOutputLength: MAX_TEXT_BYTES }).toString("utf8");
