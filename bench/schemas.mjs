import * as z from "zod";

/** What the measured step reads: one member of the document that the earlier steps have piled up. */
export const Input = z.object({ "step-1-output": z.object({ records: z.array(z.object({ id: z.string(), n: z.number() })) }) });

export const Output = z.object({ count: z.number() });

/** What a handler that validates all it has read must know: every member. */
export const Everything = z.record(z.string(), z.unknown()).and(
  z.looseObject({
    foo: z.string(),
    "step-1-output": Input.shape["step-1-output"],
    bulk: z.array(z.object({ id: z.string(), text: z.string() })),
  }),
);

/** A document of about `bytes` bytes: an input, a small output, and a bulky one that the step does not read. */
export function documentOf(bytes) {
  const small = { foo: "x", "step-1-output": { records: [{ id: "a", n: 1 }] } };
  const record = { id: "record-0000", text: "x".repeat(80) };
  const perRecord = JSON.stringify(record).length + 1;
  const count = Math.max(0, Math.floor((bytes - JSON.stringify(small).length - 12) / perRecord));
  return Buffer.from(JSON.stringify({ ...small, bulk: Array.from({ length: count }, () => record) }));
}
