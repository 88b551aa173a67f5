import { $ZodArray, type $ZodType, type input, type output } from "zod/v4/core";
import type { Schema } from "./step.js";

/** A schema of an array that gives the item of the invocation. */
export type Item<T extends Schema> = $ZodType<output<T>, input<T>[]>;

/**
 * Reads of an array of the sidecar only the item that the invocation works on: in a map's step, where `z.array(item)`
 * would stand, at a key of `schemaIn` or below one. `fn` gets the item. A step that runs outside a map fails with
 * `StepConfigurationError`.
 *
 * A step that takes the whole array has it read and parsed once for each item; with 100,000 items that is 100,000 times
 * 100,000. In the parts layout a container keeps the array's bytes, and asks S3 only whether they are still the same.
 *
 * @example
 * ```ts
 * import { defineStep, item } from "@sfs3/sdk";
 * import * as z from "zod";
 *
 * const Line = z.object({ article: z.string() });
 *
 * export const label = defineStep(
 *   z.object({ "split-output": z.object({ lines: item(Line) }) }),
 *   z.object({ text: z.string() }),
 *   (data) => ({ text: data["split-output"].lines.article }),
 *   { name: "label" },
 * );
 * ```
 */
export const item = <T extends Schema>(element: T): Item<T> => {
  const definition = { type: "array", element, isItem: true } as const;
  const schema = new $ZodArray(definition);
  const { parse, run } = element._zod;
  // An array to everything that looks at schemas, as the flow's checks do; what is parsed is the item.
  Object.assign(schema._zod, { parse, run });
  return schema as unknown as Item<T>;
};
