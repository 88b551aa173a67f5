import { defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import * as z from "zod";

const Input = z.object({ number: z.number() });
const Product = z.object({ product: z.number() });

/** One writer of the eight: what it writes tells whose it is. */
const times = <const TName extends string>(name: TName, factor: number) =>
  defineStep(Input, Product, ({ number }) => ({ product: number * factor }), { name });

export const times1 = times("times-1", 1);
export const times2 = times("times-2", 2);
export const times3 = times("times-3", 3);
export const times4 = times("times-4", 4);
export const times5 = times("times-5", 5);
export const times6 = times("times-6", 6);
export const times7 = times("times-7", 7);
export const times8 = times("times-8", 8);

const Products = z.object({
  "times-1-output": Product,
  "times-2-output": Product,
  "times-3-output": Product,
  "times-4-output": Product,
  "times-5-output": Product,
  "times-6-output": Product,
  "times-7-output": Product,
  "times-8-output": Product,
});

export const sum = defineStep(
  Products,
  z.object({ sum: z.number() }),
  (products) => ({ sum: Object.values(products).reduce((total, { product }) => total + product, 0) }),
  { name: "sum" },
);

/** Eight writers at once, and a step that needs what all of them wrote. */
export const wide = flow("Wide", { input: Input, topicRoot: "wide" })
  .parallel(
    (branch) => branch.step(times1),
    (branch) => branch.step(times2),
    (branch) => branch.step(times3),
    (branch) => branch.step(times4),
    (branch) => branch.step(times5),
    (branch) => branch.step(times6),
    (branch) => branch.step(times7),
    (branch) => branch.step(times8),
  )
  .step(sum);
