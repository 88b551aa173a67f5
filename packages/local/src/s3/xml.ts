/** An element's content: text, or child elements in order. `undefined` content leaves the element out. */
export type XmlContent = string | number | boolean | readonly XmlElement[];
export type XmlElement = readonly [name: string, content: XmlContent | undefined];

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// A bare carriage return would be normalised to a newline by the reader, so control characters travel as references.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped here
const ESCAPED = /[&<>"\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function escapeText(text: string): string {
  return text.replace(ESCAPED, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`);
}

function writeElement([name, content]: XmlElement): string {
  if (content === undefined) return "";
  return `<${name}>${writeContent(content)}</${name}>`;
}

function writeContent(content: XmlContent): string {
  return typeof content === "object" ? content.map(writeElement).join("") : escapeText(String(content));
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An S3 result document, in S3's namespace. */
export function resultXml(root: string, content: XmlContent): string {
  return `${DECLARATION}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${writeContent(content)}</${root}>`;
}

/** An S3 error document, which has no namespace. */
export function errorXml(content: readonly XmlElement[]): string {
  return DECLARATION + writeElement(["Error", content]);
}
