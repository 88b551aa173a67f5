/** The states that `gen-asl` adds to tell the end of a process; no step can have their names. */
export const END_STATES: ReadonlySet<string> = new Set(["PublishSucceeded", "Succeeded", "PublishFailed", "Failed"]);
