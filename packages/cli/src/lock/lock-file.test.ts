import { defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { compactJson } from "./compact-json.js";
import { lockFlows, parseLock, renderLock } from "./lock-file.js";

const Input = z.object({ foo: z.string(), bar: z.string() });
const Output = z.object({ text: z.string() });
const step = (name: string, schemaIn: z.ZodType = Input) =>
  defineStep(schemaIn, Output, () => ({ text: "" }), { name }) as never;

const payment = flow("Payment", { input: Input }).step(step("pay"));
const orders = flow("Orders", { input: Input }).step(step("reserve")).start(payment);

describe("the lock", () => {
  test("has the flows and those that they start", () => {
    expect(Object.keys(lockFlows([orders]))).toEqual(["Payment", "Orders"]);
  });

  test("has the same bytes whatever the order of flows and of a schema's keys", () => {
    const turned = z.object({ bar: z.string(), foo: z.string() });
    const other = flow("Orders", { input: turned }).step(step("reserve", turned)).start(payment);

    expect(renderLock(lockFlows([payment, other]))).toBe(renderLock(lockFlows([orders])));
  });

  test("changes with the definition, though the data be the same", () => {
    const slower = flow("Orders", { input: Input }).step(step("reserve")).wait({ seconds: 1 }).start(payment);

    expect(lockFlows([slower]).Orders?.definitionSha256).not.toBe(lockFlows([orders]).Orders?.definitionSha256);
  });

  test("names what JSON Schema cannot say of a schema", () => {
    const schema = z.object({
      cents: z.bigint(),
      at: z.coerce.date().optional(),
      id: z.string().refine((id) => id !== "0"),
      name: z.string().trim().min(1),
      code: z.string().regex(/^a/i),
    });

    const { Orders } = lockFlows([flow("Orders", { input: schema }).step(step("reserve", schema))]);

    const properties = Orders?.steps.reserve?.reads.properties;

    expect(properties).toEqual({
      cents: { "x-opaque": "bigint" },
      at: { "x-opaque": "coerce" },
      id: { type: "string", "x-opaque": "refine" },
      name: { type: "string", minLength: 1, "x-opaque": "overwrite" },
      code: { type: "string", pattern: "^a", "x-opaque": "flags" },
    });
  });

  test("reads as it was written", () => {
    const flows = lockFlows([orders]);

    expect(parseLock(renderLock(flows), "sfs3.lock.json")).toEqual(JSON.parse(renderLock(flows)).flows);
  });

  test.each([
    ["{", "sfs3.lock.json is not JSON."],
    ["[]", "sfs3.lock.json is not a JSON object."],
    ["{}", "sfs3.lock.json is no lock file: it has no lockVersion and flows."],
    ['{"lockVersion":2,"flows":{}}', "sfs3.lock.json has lockVersion 2, and this sfs3 reads 1."],
  ])("is refused where it is none: %s", (text, message) => {
    expect(() => parseLock(text, "sfs3.lock.json")).toThrow(message);
  });
});

test("compact JSON says what JSON says", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(compactJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
