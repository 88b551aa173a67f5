import fc from "fast-check";
import { expect, test } from "vitest";
import { json, key, writtenObject } from "./fixtures/written-object.js";
import { members, spans } from "./members.js";
import { spliceElement, spliceMember, wrapObject } from "./splice.js";

const own = (value: object, name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;

test("each member's slice parses to that member's value", () => {
  fc.assert(
    fc.property(writtenObject, ({ text, keys }) => {
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
    fc.property(writtenObject, key, json, ({ text }, name, value) => {
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
