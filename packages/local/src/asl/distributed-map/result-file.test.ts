import { describe, expect, onTestFinished, test } from "vitest";
import { memoryObjects } from "../fixtures/memory-objects.js";
import type { ObjectPort } from "../index.js";
import { openResultFile } from "./result-file.js";

const LOCATION = { bucket: "out", key: "SUCCEEDED_0.json" };
const RESULTS = Array.from({ length: 1_000 }, (_, index) => ({ index, text: "x".repeat(500) }));

describe("a file of results", () => {
  test("holds what a thousand write at once, however slowly it is taken, with nothing left waiting", async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    process.on("warning", hear);
    onTestFinished(() => void process.off("warning", hear));
    const objects = memoryObjects();
    const file = openResultFile(objects, LOCATION, "JSON");

    await Promise.all(RESULTS.map((result) => file.append([result])));
    const { Size } = await file.close();

    const written = objects.written.get("out/SUCCEEDED_0.json") ?? "";
    expect(JSON.parse(written)).toEqual(RESULTS);
    expect(Size).toBe(Buffer.byteLength(written));
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  test.each([
    ["JSON", "[]"],
    ["JSONL", ""],
  ] as const)("of no results is still %s", async (outputType, expected) => {
    const objects = memoryObjects();
    const file = openResultFile(objects, LOCATION, outputType);

    expect(await file.close()).toEqual({ Key: "SUCCEEDED_0.json", Size: expected.length });
    expect(objects.written.get("out/SUCCEEDED_0.json")).toBe(expected);
  });

  test("rejects all who write where its object cannot be written", async () => {
    const failing: ObjectPort = {
      ...memoryObjects(),
      write: async (_object, body) => {
        for await (const _chunk of body) throw new Error("the disk is full");
      },
    };
    const file = openResultFile(failing, LOCATION, "JSONL");

    const ends = await Promise.allSettled(RESULTS.map((result) => file.append([result])));

    expect(ends.some(({ status }) => status === "rejected")).toBe(true);
    await expect(file.append([1])).rejects.toThrow("the disk is full");
    await expect(file.close()).rejects.toThrow("the disk is full");
  });
});
