import { type Member, spans } from "./members.js";

const bytesOf = (text: string): Buffer => Buffer.from(text, "utf8");
const COMMA = bytesOf(",");
const NULL = bytesOf("null");

/** The bytes of one member, in the pieces that they lie in. */
export type MemberBytes = readonly Buffer[];

export const memberBytes = (key: string, value: Buffer): MemberBytes => [bytesOf(`${JSON.stringify(key)}:`), value];

/** The object's members with `key` set to `value` (JSON): replaced in place, or appended. All others keep their bytes. */
export const spliceMember = (
  object: { readonly bytes: Buffer; readonly members: readonly Member[] },
  key: string,
  value: Buffer,
): readonly MemberBytes[] => {
  const own = memberBytes(key, value);
  const replaced = object.members.map((member) =>
    member.key === key ? own : [object.bytes.subarray(member.start, member.end)],
  );
  return object.members.some((member) => member.key === key) ? replaced : [...replaced, own];
};

/** The object that these members make. */
export const wrapObject = (members: readonly MemberBytes[], separator: Buffer = COMMA): Buffer =>
  Buffer.concat([bytesOf("{"), ...separate(members, separator), bytesOf("}")]);

/** The array with element `index` set to `value` (JSON); elements missing before it become null. */
export const spliceElement = (array: Buffer, index: number, value: Buffer): Buffer => {
  const elements = spans(array).map(({ start, end }) => array.subarray(start, end));
  while (elements.length < index) elements.push(NULL);
  elements[index] = value;
  return Buffer.concat([
    bytesOf("["),
    ...separate(
      elements.map((element) => [element]),
      COMMA,
    ),
    bytesOf("]"),
  ]);
};

const separate = (parts: readonly MemberBytes[], separator: Buffer): Buffer[] =>
  parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
