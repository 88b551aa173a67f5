import type jsonata from "jsonata";

/**
 * How long one evaluation may take. While it goes on nothing else happens in this process, so one without an end would be
 * the process's own, and recursion without an end its memory's. Unit: milliseconds.
 */
const MAX_MS = 5_000;

/** The space keeps it out of any expression's reach. */
const LIMIT_BINDING = "time limit";

/** Called for each scope, and so for each call of a function: without those no expression goes on for ever. */
const FRAME_PUSHED = Symbol.for("jsonata.__createFrame_push");

/** The bindings that an evaluation begins with. */
export const timeLimit = (): Readonly<Record<string, number>> => ({ [LIMIT_BINDING]: performance.now() + MAX_MS });

/** Lets a compiled expression go on no longer than its evaluation may. */
export function limitEvaluations(expression: jsonata.Expression): void {
  const check = (frame: jsonata.Environment) => {
    const endsMs: number | undefined = frame.lookup(LIMIT_BINDING);
    if (endsMs === undefined || performance.now() <= endsMs) return;
    throw new Error(`It takes longer than ${MAX_MS / 1_000} seconds: does it end?`);
  };
  // The types know names alone.
  expression.assign(FRAME_PUSHED as unknown as string, check);
}
