import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { flow } from "./flow/index.js";
import { defineStep, item } from "./index.js";

const Line = z.object({ cents: z.number() });
const split = defineStep(z.object({}), z.object({ lines: z.array(Line) }), () => ({ lines: [] }), { name: "split" });
const begun = flow("Orders", { input: z.object({ foo: z.string() }) }).step(split);

test("a step gets the item where the flow has the array", () => {
  const label = defineStep(
    z.object({ "split-output": z.object({ lines: item(Line) }) }),
    z.object({}),
    (data) => {
      expectTypeOf(data["split-output"].lines).toEqualTypeOf<{ cents: number }>();
      return {};
    },
    { name: "label" },
  );

  begun.map({ over: "split-output.lines" }, (each) => each.step(label));
});

test("a step that reads items of another type does not compile", () => {
  const label = defineStep(
    z.object({ "split-output": z.object({ lines: item(z.string()) }) }),
    z.object({}),
    () => ({}),
    {
      name: "label",
    },
  );

  // @ts-expect-error 'label' reads 'split-output' as another type than the flow writes
  begun.map({ over: "split-output.lines" }, (each) => each.step(label));
});
