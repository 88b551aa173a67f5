import { type Member, spans } from "./members.js";

const bytesOf = (text: string): Buffer => Buffer.from(text, "utf8");
const COMMA = bytesOf(",");
const NULL = bytesOf("null");

/** The object with `key` set to `value` (JSON): replaced in place, or appended. All other members keep their bytes. */
export const spliceMember = (
  object: { readonly bytes: Buffer; readonly members: readonly Member[] },
  key: string,
  value: Buffer,
): Buffer[] => {
  const own = [bytesOf(`${JSON.stringify(key)}:`), value];
  const replaced = object.members.map((member) =>
    member.key === key ? own : [object.bytes.subarray(member.start, member.end)],
  );
  const all = object.members.some((member) => member.key === key) ? replaced : [...replaced, own];
  return separate(all);
};

export const wrapObject = (parts: readonly Buffer[]): Buffer => Buffer.concat([bytesOf("{"), ...parts, bytesOf("}")]);

/** The array with element `index` set to `value` (JSON); elements missing before it become null. */
export const spliceElement = (array: Buffer, index: number, value: Buffer): Buffer => {
  const elements = spans(array).map(({ start, end }) => array.subarray(start, end));
  while (elements.length < index) elements.push(NULL);
  elements[index] = value;
  return Buffer.concat([bytesOf("["), ...separate(elements.map((element) => [element])), bytesOf("]")]);
};

const separate = (parts: readonly (readonly Buffer[])[]): Buffer[] =>
  parts.flatMap((part, index) => (index === 0 ? part : [COMMA, ...part]));
