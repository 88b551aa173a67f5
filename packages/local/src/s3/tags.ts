import { S3Error } from "./errors.js";
import type { XmlElement } from "./xml.js";
import { leafText, readFields, type XmlNode } from "./xml-reader.js";

/** An object's tags: name to value. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 10;
const MAX_KEY_CHARACTERS = 128;
const MAX_VALUE_CHARACTERS = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function invalidTag(message: string, key: string): S3Error {
  return new S3Error("InvalidTag", { message, details: { TagKey: key } });
}

function checkTag(key: string, value: string): void {
  if (key === "" || key.length > MAX_KEY_CHARACTERS || !ALLOWED.test(key)) {
    throw invalidTag("The TagKey you have provided is invalid", key);
  }
  if (value.length > MAX_VALUE_CHARACTERS || !ALLOWED.test(value)) {
    throw invalidTag("The TagValue you have provided is invalid", key);
  }
  if (key.toLowerCase().startsWith("aws:")) {
    throw invalidTag("System tags cannot be added/updated by requester", key);
  }
}

function checkTags(pairs: readonly (readonly [string, string])[]): Tags {
  if (pairs.length > MAX_TAGS) {
    throw new S3Error("BadRequest", { message: `Object tags cannot be greater than ${MAX_TAGS}` });
  }
  const tags = new Map<string, string>();
  for (const [key, value] of pairs) {
    checkTag(key, value);
    if (tags.has(key)) throw invalidTag("Cannot provide multiple Tags with the same key", key);
    tags.set(key, value);
  }
  return Object.fromEntries(tags);
}

/**
 * Reads `x-amz-tagging`, which has the form of a query string.
 *
 * @throws S3Error `InvalidTag`, `BadRequest` over ten
 */
export function tagsOfHeader(header: string | undefined): Tags | undefined {
  return header === undefined ? undefined : checkTags([...new URLSearchParams(header)]);
}

function readTag(node: XmlNode): readonly [string, string] {
  const fields = readFields(node, ["Key", "Value"]);
  const [key, value] = [fields.get("Key"), fields.get("Value")];
  if (node.name !== "Tag" || key === undefined || value === undefined) throw new S3Error("MalformedXML");
  return [key, value];
}

/**
 * Reads `<Tagging><TagSet><Tag><Key/><Value/></Tag>...</TagSet></Tagging>`.
 *
 * @throws S3Error `MalformedXML`, `InvalidTag`, `BadRequest` over ten
 */
export function tagsOfXml({ name, children: [tagSet, ...others] }: XmlNode): Tags {
  if (name !== "Tagging" || tagSet?.name !== "TagSet" || others.length > 0) throw new S3Error("MalformedXML");
  if (tagSet.children.length === 0 && leafText(tagSet).trim() !== "") throw new S3Error("MalformedXML");
  return checkTags(tagSet.children.map(readTag));
}

export function tagsXml(tags: Tags): readonly XmlElement[] {
  const elements = Object.entries(tags).map(
    ([key, value]): XmlElement => [
      "Tag",
      [
        ["Key", key],
        ["Value", value],
      ],
    ],
  );
  return [["TagSet", elements]];
}
