import * as z from "zod";

const StepOutput = z.object({ records: z.array(z.object({ id: z.string(), n: z.number() })) });

/** What the measured step reads: one member of the document that the earlier steps have piled up. */
export const Input = z.object({ "step-1-output": StepOutput });

export const Output = z.object({ count: z.number() });

/** The bulky output: records as `records.mjs` makes them. */
export const Records = z.object({
  records: z.array(
    z.object({
      id: z.string(),
      amount: z.number(),
      open: z.boolean(),
      tags: z.array(z.string()),
      address: z.object({ city: z.string(), zip: z.string().nullable() }),
      note: z.string(),
    }),
  ),
});

/** The whole document. */
export const Everything = z.looseObject({ foo: z.string(), "step-1-output": StepOutput, "step-2-output": Records });
