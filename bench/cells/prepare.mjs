import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { createRecords } from "../records.mjs";
import { CONTEXT, payloadOf } from "./payload.mjs";
import { startTransaction } from "./start-transaction.mjs";

/**
 * Writes the sidecar that the measured handlers read, of about `bytes` bytes and in both layouts, as two steps of the SDK leave it
 * behind: an input, a small output that the measured step reads, and a bulky one that it does not.
 */
const { txnId, bytes } = JSON.parse(process.argv[2]);

/** Input, small output and journal. */
const OTHER_BYTES = 500;

const Input = z.object({ foo: z.string() });
const small = defineStep(Input, z.unknown(), () => ({ records: [{ id: "a", n: 1 }] }), { name: "step-1" });
const bulky = defineStep(Input, z.unknown(), () => ({ records: createRecords(bytes - OTHER_BYTES) }), {
  name: "step-2",
});

for (const layout of ["document", "parts"]) {
  const processData = await startTransaction(layout, { foo: "x" }, txnId);
  await small(payloadOf(processData, "step-1"), CONTEXT);
  await bulky(payloadOf(processData, "step-2"), CONTEXT);
}
process.send({});
process.disconnect();
