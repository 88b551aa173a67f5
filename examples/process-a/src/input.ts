import * as z from "zod";

/** What ProcessA is started with. */
export const ProcessInput = z.object({ foo: z.string(), bar: z.string() });
