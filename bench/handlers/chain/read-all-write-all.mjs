import * as z from "zod";
import { Records } from "../../schemas.mjs";
import { createReadAllWriteAll } from "./create-read-all-write-all.mjs";

/** Step `index` of a row, read all and write all: the schema is of all that the steps before it wrote. */
export const createStep = createReadAllWriteAll((index) => {
  const before = Array.from({ length: index }, (_, earlier) => [`step-${earlier}-output`, Records]);
  return z.looseObject({ foo: z.string(), ...Object.fromEntries(before) });
});
