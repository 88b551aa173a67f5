import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collect } from "../fixtures/collect.js";
import { chunks } from "../fixtures/memory-objects.js";
import type { Json } from "../json.js";
import { jsonLines } from "./json-lines.js";

const read = (text: string, chunkBytes = 1_000) => collect(jsonLines(chunks(Buffer.from(text), chunkBytes)));

describe("JSON Lines", () => {
  test.each([
    ["with a line end at its end", '{"a":1}\n[2]\n'],
    ["without one", '{"a":1}\n[2]'],
    ["with Windows line ends", '{"a":1}\r\n[2]\r\n'],
    ["with blank lines", '\n{"a":1}\n\n  \n[2]\n\n'],
  ])("are read %s", async (_case, text) => {
    expect(await read(text)).toEqual([{ a: 1 }, [2]]);
  });

  test("of an empty object are none", async () => {
    expect(await read("")).toEqual([]);
  });

  test("are told of by their number where they are not JSON", async () => {
    await expect(read('{"a":1}\n{oops}\n')).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
      cause: expect.stringMatching(/^Line 2 is not JSON: /),
    });
  });

  test("come through whole wherever their bytes are cut", async () => {
    const json = fc.jsonValue() as fc.Arbitrary<Json>;
    await fc.assert(
      fc.asyncProperty(fc.array(json), fc.integer({ min: 1, max: 9 }), async (values, chunkBytes) => {
        const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");

        expect(JSON.stringify(await read(text, chunkBytes))).toBe(JSON.stringify(values));
      }),
    );
  });

  test("are not broken at a U+2028 inside a string", async () => {
    expect(await read('"a\u2028b"\n')).toEqual(["a\u2028b"]);
  });
});
