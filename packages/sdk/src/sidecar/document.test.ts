import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import { testStep } from "../testing/index.js";
import { LAYOUTS } from "./layout.js";

const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });
const measure = defineStep(Input, Output, ({ foo }) => ({ length: foo.length }), {
  name: "measure",
  route: ({ length }) => ({ length }),
});

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  test("what other writers put there survives byte for byte", async () => {
    const others = [
      '"n":12345678901234567890',
      '"one": 1.0',
      '"lone":"\\ud800"',
      '"deep":{"__proto__":{"a":1}}',
      '"constructor":1',
    ];

    const { text, error } = await testStep(measure, { layout, sidecar: `\uFEFF{${others.join(" , ")},"foo":"a"}` });

    expect(error).toBeUndefined();
    expect(text?.startsWith(`{${others.join(",\n")},\n`)).toBe(true);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  test("data that reaches fn has no own __proto__", async () => {
    const step = defineStep(
      z.unknown(),
      z.object({ polluted: z.boolean() }),
      (data) => ({ polluted: Object.hasOwn((data as { deep: object }).deep, "__proto__") }),
      { name: "s" },
    );

    const { document } = await testStep(step, { layout, sidecar: '{"deep":{"__\\u0070roto__":{"a":1}}}' });

    expect(document["s-output"]).toEqual({ polluted: false });
  });

  test.each([
    ["nothing", ""],
    ["white space", " \n"],
    ["two objects", "{}{}"],
    ["a byte order mark alone", "\uFEFF"],
    ["text", "nope CANARY"],
    ["an array", "[1]"],
    ["a scalar", "1"],
    ["a duplicate key", '{"foo":"a","f\\u006fo":"b"}'],
    ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["invalid UTF-8 in a string", Buffer.from('{"foo":"\xff"}', "latin1")],
    ["a malformed journal", '{"foo":"a","$sfs3":[]}'],
    ["a malformed journal entry", '{"foo":"a","$sfs3":{"measure":"CANARY"}}'],
    ["two journals", '{"foo":"a","$sfs3":{},"$sfs3":{}}'],
  ])("a sidecar that holds %s is corrupt", async (_, sidecar) => {
    const { error, puts } = await testStep(measure, { layout, sidecar });

    expect(error?.name).toBe("SidecarCorruptError");
    expect(error?.message).not.toContain("CANARY");
    expect(puts).toEqual([]);
  });

  test("an object without members is a sidecar that holds nothing yet", async () => {
    const step = defineStep(z.object({}), Output, () => ({ length: 0 }), { name: "s" });

    expect((await testStep(measure, { layout, sidecar: " { } " })).error?.name).toBe("S3DataPreconditionError");
    expect((await testStep(step, { layout, sidecar: " { } " })).text).toMatch(
      /^\{"s-output":\{"length":0\},\n"\$sfs3":/,
    );
  });

  test.each(["constructor", "toString", "hasOwnProperty", "__defineGetter__"])(
    "a key and a step may be named %s",
    async (name) => {
      const step = defineStep(z.object({ [name]: z.string() }), Output, () => ({ length: 1 }), {
        name,
        outputKey: `${name}2`,
      });

      const { document, error } = await testStep(step, {
        layout,
        sidecar: `{"${name}":"theirs"}`,
        event: { sfs3: { execution: "e", state: "s", enteredAt: "2030-01-01T00:00:00Z" } },
      });

      expect(error).toBeUndefined();
      expect(Object.entries(document).slice(0, 2)).toEqual([
        [name, "theirs"],
        [`${name}2`, { length: 1 }],
      ]);
      expect((await testStep(step, { layout, sidecar: "{}" })).error?.name).toBe("S3DataPreconditionError");
    },
  );

  test("a top-level __proto__ is not data: it meets no schema, becomes no prototype, and stays in the bytes", async () => {
    const step = defineStep(
      z.looseObject({ foo: z.string() }),
      z.object({ keys: z.array(z.string()), inherited: z.boolean() }),
      (data) => ({ keys: Object.keys(data), inherited: "admin" in data }),
      { name: "s" },
    );

    const { text, document } = await testStep(step, { layout, sidecar: '{"__proto__":{"admin":1},"foo":"a"}' });

    expect(document["s-output"]).toEqual({ keys: ["foo"], inherited: false });
    expect(text?.startsWith('{"__proto__":{"admin":1},\n"foo":"a",\n')).toBe(true);
  });

  test("a number that a double cannot hold is refused by the schema, or kept as it is where no schema names it", async () => {
    const step = defineStep(z.object({ n: z.number() }), Output, () => ({ length: 0 }), { name: "s" });

    expect((await testStep(step, { layout, sidecar: '{"n":1e999}' })).error?.name).toBe("StepInputError");
    expect((await testStep(measure, { layout, sidecar: '{"n":1e999,"foo":""}' })).text).toMatch(/^\{"n":1e999,/);
  });

  test("a lone surrogate in a key or a value passes through, escaped as it was", async () => {
    const { text, error } = await testStep(measure, { layout, sidecar: '{"\\ud800":"\\uDC00","foo":"\\ud83d"}' });

    expect(error).toBeUndefined();
    expect(text?.startsWith('{"\\ud800":"\\uDC00",\n"foo":"\\ud83d",\n')).toBe(true);
  });

  test("a document nested 100,000 deep neither overflows the stack nor is refused", async () => {
    const deep = `${"[".repeat(100_000)}{"__proto__":1}${"]".repeat(100_000)}`;

    const { error, text } = await testStep(measure, { layout, sidecar: `{"deep":${deep},"foo":"a"}` });

    expect(error).toBeUndefined();
    expect(text?.startsWith(`{"deep":${deep},`)).toBe(true);
  });
});
