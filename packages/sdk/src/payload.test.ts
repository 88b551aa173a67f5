import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { LAYOUTS } from "./sidecar/layout.js";
import { testStep } from "./testing/index.js";

const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });
const measure = defineStep(Input, Output, ({ foo }) => ({ length: foo.length }), {
  name: "measure",
  route: ({ length }) => ({ length }),
});

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  test.each([
    ["text", /must be an object/],
    [{ processData: "/" }, /processData/],
    [{ processData: "a//" }, /processData/],
    [{ processData: "uploads/" }, /which sfs3 uses itself/],
    [{ sfs3: { items: 0 } }, /sfs3.items must be an integer from 1/],
    [{ processData: "a/b" }, /processData/],
    [{ subtopic: "a+" }, /subtopic/],
    [{ route: { a: 1 } }, /route/],
    [{ sfs3: { item: -1 } }, /sfs3.item/],
    [{ sfs3: { item: 1e8 } }, /sfs3.item must be an integer from 0 to 99999999/],
    [{ sfs3: [] }, /sfs3 must be an object, not an array/],
    [{ sfs3: { state: 1 } }, /sfs3.state/],
  ])("an event that breaks the wire contract is refused: %j", async (event, message) => {
    const { error } = await testStep(measure, { layout, sidecar: { foo: "" }, event });

    expect(error?.name).toBe("InvalidEventError");
    expect(error?.message).toMatch(message);
  });
});
