import { S3Error } from "./errors.js";

/** An element of a request document; it has text or children, never both. */
export interface XmlNode {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlNode[];
}

const MAX_DEPTH = 16;
const TOKEN =
  /<\/(?<close>[A-Za-z][\w.-]*)\s*>|<(?<open>[A-Za-z][\w.-]*)(?<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y;
const PROLOG = /^\uFEFF?\s*(?:<\?xml\s[^<>?]*\?>)?\s*/;
const REFERENCE = /&(?:#x(?<hex>[0-9a-fA-F]{1,6})|#(?<decimal>\d{1,7})|(?<name>amp|lt|gt|quot|apos));|&/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function malformed(): S3Error {
  return new S3Error("MalformedXML");
}

function decodeReference(groups: Record<string, string | undefined>): string {
  if (groups.name !== undefined) return NAMED[groups.name] ?? "";
  const codePoint = groups.hex !== undefined ? Number.parseInt(groups.hex, 16) : Number(groups.decimal);
  if (!(codePoint <= 0x10ffff) || (codePoint >= 0xd800 && codePoint <= 0xdfff)) throw malformed();
  return String.fromCodePoint(codePoint);
}

function decodeText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(REFERENCE, (...args) => decodeReference(args.at(-1) as Record<string, string | undefined>));
}

interface OpenElement {
  readonly name: string;
  readonly children: XmlNode[];
  text: string;
}

function closeElement(element: OpenElement): XmlNode {
  if (element.children.length === 0) return element;
  if (element.text.trim() !== "") throw malformed();
  return { ...element, text: "" };
}

/**
 * Reads the XML of S3's request bodies: elements, text and references. What those never hold (comments, CDATA,
 * document types, prefixed names, text beside elements) is refused.
 *
 * @throws S3Error `MalformedXML`
 */
export function readXml(source: string): XmlNode {
  const root: OpenElement = { name: "", children: [], text: "" };
  const open = [root];
  let position = PROLOG.exec(source)?.[0].length ?? 0;
  while (position < source.length) {
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(source)?.groups;
    const current = open.at(-1);
    if (groups === undefined || current === undefined) throw malformed();
    applyToken(groups, current, open);
    position = TOKEN.lastIndex;
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || only === undefined || others.length > 0 || root.text.trim() !== "") throw malformed();
  return only;
}

function applyToken(groups: Record<string, string | undefined>, current: OpenElement, open: OpenElement[]): void {
  if (groups.text !== undefined) {
    current.text += decodeText(groups.text);
    return;
  }
  if (groups.open !== undefined) {
    const element: OpenElement = { name: groups.open, children: [], text: "" };
    if (groups.empty === "/") current.children.push(element);
    else if (open.push(element) > MAX_DEPTH) throw malformed();
    return;
  }
  open.pop();
  const parent = open.at(-1);
  if (parent === undefined || current.name !== groups.close) throw malformed();
  parent.children.push(closeElement(current));
}

/** The text of an element that has no children. @throws S3Error `MalformedXML` */
export function leafText(node: XmlNode): string {
  if (node.children.length > 0) throw malformed();
  return node.text;
}

/**
 * An element's children as fields, each at most once and among `names`.
 *
 * @throws S3Error `MalformedXML`
 */
export function readFields(node: XmlNode, names: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map(node.children.map((child) => [child.name, leafText(child)]));
  if (fields.size !== node.children.length || !node.children.every(({ name }) => names.includes(name))) {
    throw malformed();
  }
  return fields;
}
