import { defineStep, item, items } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import * as z from "zod";

const Line = z.object({ order: z.number(), customer: z.string() });
const Label = z.object({ text: z.string(), cents: z.number() });

const split = defineStep(
  z.object({ orders: z.number() }),
  z.object({ lines: z.array(Line) }),
  ({ orders }) => ({
    lines: Array.from({ length: orders }, (_, order) => ({ order, customer: `customer-${order % 997}` })),
  }),
  { name: "split", notify: "none", timeoutSeconds: 300 },
);

const label = defineStep(
  z.object({ "split-output": z.object({ lines: item(Line) }) }),
  Label,
  ({ "split-output": { lines: line } }) => ({ text: `${line.customer}/${line.order}`, cents: line.order % 100 }),
  { name: "label", notify: "none" },
);

const total = defineStep(
  z.object({ "label-output": items(Label) }),
  z.object({ labels: z.number(), cents: z.number() }),
  async (data) => {
    const sum = { labels: 0, cents: 0 };
    for await (const { cents } of data["label-output"]) {
      sum.labels += 1;
      sum.cents += cents;
    }
    return sum;
  },
  { name: "total", notify: "none", timeoutSeconds: 900 },
);

/** Writes an array, works on each of its items in child executions, and reads what they made one by one. */
export const labels = flow("Labels", { input: z.object({ orders: z.number() }) })
  .step(split)
  .map({ over: "split-output.lines", distributed: { batchSize: 100, maxConcurrency: 4 } }, (each) => each.step(label))
  .step(total);
