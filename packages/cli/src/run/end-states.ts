import { END_STATES } from "@sfs3/sdk/flow";

const NAMES: ReadonlySet<string> = new Set(Object.values(END_STATES));

/** Whether a state is one of those that the generator adds to tell the end of a process. */
export const isEndState = (name: string): boolean => NAMES.has(name);
