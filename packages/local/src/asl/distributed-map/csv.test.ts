import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collect } from "../fixtures/collect.js";
import { chunks } from "../fixtures/memory-objects.js";
import { type CsvFormat, csvRows } from "./csv.js";

const read = (text: string, format: Partial<CsvFormat> = {}, chunkBytes = 1_000) =>
  collect(csvRows(chunks(Buffer.from(text), chunkBytes), { delimiter: "COMMA", headers: undefined, ...format }));

describe("CSV rows", () => {
  test("are named by the first row", async () => {
    expect(await read("a,b\n1,2\n3,4\n")).toEqual([
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ]);
  });

  test("are named by the given headers, the first row then being one like the others", async () => {
    expect(await read("1,2\n", { headers: ["a", "b"] })).toEqual([{ a: "1", b: "2" }]);
  });

  test("lose what is beyond the headers, and have empty texts for what is missing", async () => {
    expect(await read("a,b\n1,2,3\n4\n")).toEqual([
      { a: "1", b: "2" },
      { a: "4", b: "" },
    ]);
  });

  test.each([
    ["PIPE", "|"],
    ["SEMICOLON", ";"],
    ["SPACE", " "],
    ["TAB", "\t"],
  ] as const)("are divided by a %s", async (delimiter, sign) => {
    expect(await read(`a${sign}b\n1${sign}2,3\n`, { delimiter })).toEqual([{ a: "1", b: "2,3" }]);
  });

  test("are free of a byte order mark and of blank lines", async () => {
    expect(await read("\ufeffa\r\n1\r\n\r\n2\r\n")).toEqual([{ a: "1" }, { a: "2" }]);
  });

  test("refuse two columns of one name", async () => {
    await expect(read("a,a\n1,2\n")).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
      cause: "CSV headers cannot contain duplicates.",
    });
  });

  test("come through whole wherever their bytes are cut, quotes, line ends and all", async () => {
    const field = fc.string({ unit: fc.constantFrom("a", "é", "😀", '"', ",", "\n", " "), maxLength: 6 });
    const rows = fc.array(fc.tuple(field, field));
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (values, chunkBytes) => {
        const text = values.map(([a, b]) => `${quoted(a)},${quoted(b)}\n`).join("");

        expect(await read(text, { headers: ["a", "b"] }, chunkBytes)).toEqual(values.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  test("are read no further than they are asked for", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1;
        yield Buffer.from("1,2\n".repeat(1_000));
      }
    }

    const rows = csvRows(endless(), { delimiter: "COMMA", headers: ["a", "b"] });
    await rows.next();
    await rows.return(undefined);

    expect(given).toBeLessThan(50);
  });
});
