import * as z from "zod";
import { Records } from "../../schemas.mjs";

/** What step `index` of a row reads: what the one before it wrote. */
export const inputOf = (index) =>
  index === 0 ? z.object({ foo: z.string() }) : z.object({ [`step-${index - 1}-output`]: Records });
