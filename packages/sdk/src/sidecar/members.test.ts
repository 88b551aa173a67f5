import fc from "fast-check";
import { expect, test } from "vitest";
import { members, spans } from "./members.js";
import { spliceElement, spliceMember, wrapObject } from "./splice.js";

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
/** Long enough to be searched in two ways, with quotes and backslashes where the ways meet. */
const long = fc.string({ unit: fc.constantFrom("\\", '"', "a", "é"), minLength: 30, maxLength: 70 });
const json = fc.oneof(fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }), long, fc.array(long));
const key = fc.oneof(
  fc.string({ unit: "binary" }),
  long,
  fc.constantFrom("__proto__", "constructor", 'a"b', "a\\", "{", "]"),
);

const escaped = (text: string) =>
  `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`;

/** Any JSON object as some writer may have spaced and escaped it. */
const object = fc
  .uniqueArray(fc.tuple(key, json, fc.boolean(), fc.tuple(space, space, space, space), fc.boolean()), {
    selector: ([name]) => name,
  })
  .chain((entries) => fc.tuple(fc.constant(entries), space))
  .map(([entries, outer]) => {
    const parts = entries.map(([name, value, isEscaped, [a, b, c, d], isIndented]) => {
      const text = JSON.stringify(value, null, isIndented ? 2 : 0);
      return `${a}${isEscaped ? escaped(name) : JSON.stringify(name)}${b}:${c}${text}${d}`;
    });
    return {
      text: `${outer}{${parts.join(",")}${entries.length === 0 ? outer : ""}}${outer}`,
      keys: entries.map(([name]) => name),
    };
  });

const own = (value: object, name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;

test("each member's slice parses to that member's value", () => {
  fc.assert(
    fc.property(object, ({ text, keys }) => {
      const bytes = Buffer.from(text);
      const whole = JSON.parse(bytes.toString()) as object;

      const found = members(bytes);

      expect(found.map((member) => member.key)).toEqual(keys);
      for (const { key: name, valueStart, end } of found) {
        expect(JSON.parse(bytes.toString("utf8", valueStart, end))).toEqual(own(whole, name));
      }
    }),
  );
});

test("a splice equals an assignment, and leaves the other members' bytes alone", () => {
  fc.assert(
    fc.property(object, key, json, ({ text }, name, value) => {
      const bytes = Buffer.from(text);
      const before = members(bytes);

      const spliced = wrapObject(spliceMember({ bytes, members: before }, name, Buffer.from(JSON.stringify(value))));

      const expected = JSON.parse(text) as object;
      const written = JSON.parse(JSON.stringify(value)) as unknown;
      Object.defineProperty(expected, name, { value: written, enumerable: true, configurable: true, writable: true });
      expect(JSON.stringify(JSON.parse(spliced.toString()))).toBe(JSON.stringify(expected));
      const after = members(spliced);
      for (const member of before.filter((candidate) => candidate.key !== name)) {
        const same = after.find((candidate) => candidate.key === member.key);
        expect(spliced.subarray(same?.start, same?.end)).toEqual(bytes.subarray(member.start, member.end));
      }
    }),
  );
});

test("an element is set where it belongs, and missing ones before it are null", () => {
  const array = Buffer.from(' [ 12345678901234567890 , "a,]" ] ');

  expect(spans(array)).toHaveLength(2);
  expect(spliceElement(array, 3, Buffer.from("1.0")).toString()).toBe('[12345678901234567890,"a,]",null,1.0]');
  expect(spliceElement(Buffer.from("[]"), 0, Buffer.from("{}")).toString()).toBe("[{}]");
});
