import { createReadAllWriteAll } from "./create-read-all-write-all.mjs";
import { inputOf } from "./input.mjs";

/** Step `index` of a row, read all and write all: it checks what a step of the SDK checks, the output of the step before. */
export const createStep = createReadAllWriteAll(inputOf);
