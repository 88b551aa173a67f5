import { expect, test } from "vitest";
import * as z from "zod";
import { flow, flowProblems, jsonSchemaOf } from "../flow/index.js";
import { blob, defineStep } from "../index.js";
import { hasBlob } from "./has-blob.js";

const reader = defineStep(z.object({ "writer-output": z.object({ scan: blob() }) }), z.object({}), () => ({}), {
  name: "reader",
});

/** As plain JavaScript writes it, where no compiler looks. */
const rulesFor = (scan: z.core.$ZodType) => {
  const writer = defineStep(z.object({}), z.object({ scan }), () => ({}) as never, { name: "writer" });
  const start = flow("Scans", { input: z.object({}), topicRoot: "scans" }).step(writer);
  return flowProblems(start.step(reader as never)).map(({ rule }) => rule);
};

test("the generator takes what a blob() writes for a reader's blob(), and refuses what else there is", () => {
  expect(rulesFor(blob())).toEqual([]);
  expect(rulesFor(z.string())).toEqual(["retyped-read"]);
  expect(rulesFor(z.object({ file: z.string() }))).toEqual(["retyped-read"]);
});

test("its JSON Schema leaves nothing open, on either side", () => {
  for (const side of ["input", "output"] as const) {
    expect(JSON.stringify(jsonSchemaOf(z.object({ scan: z.optional(blob()) }), side))).not.toContain("x-opaque");
  }
});

test("a schema is known to have one wherever it stands", () => {
  const Deep = z.object({ a: z.array(z.union([z.string(), z.lazy(() => z.object({ b: z.optional(blob()) }))])) });

  expect([hasBlob(Deep), hasBlob(blob()), hasBlob(z.object({ a: z.custom<string>() }))]).toEqual([true, true, false]);
});
