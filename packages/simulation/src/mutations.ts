import type { Edit } from "./bundle.js";
import type { Invariant } from "./invariants.js";

/** One way to break the protocol. */
export interface Mutation extends Edit {
  /** What the first seed that notices may find broken. */
  readonly breaks: readonly Invariant[];
}

/** Each has to be caught: what no run notices, the invariants do not guard. */
export const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  {
    name: "PUT without If-Match",
    breaks: ["others are untouched"],
    module: "sdk/dist/sidecar/store.js",
    text: "IfMatch: etag,",
    replacement: "",
  },
  {
    name: "PUT of a part without a condition",
    breaks: ["the first commit stands", "later entries stay"],
    module: "sdk/dist/sidecar/parts/part-store.js",
    text: '...(standing === undefined ? { IfNoneMatch: "*" } : { IfMatch: standing.etag }),',
    replacement: "",
  },
  {
    name: "PUT of a part again without asking its journal",
    breaks: ["the first commit stands", "later entries stay"],
    module: "sdk/dist/sidecar/parts/write-part.js",
    text: "if (standing !== undefined)",
    replacement: "if (false)",
  },
  {
    name: "fn without asking the journal",
    breaks: ["committed work is not repeated"],
    module: "sdk/dist/run-step.js",
    text: "const earlier = sidecar.committed();",
    replacement: "const earlier = undefined;",
  },
  {
    name: "progress before the PUT",
    breaks: ["messages follow commits"],
    module: "sdk/dist/run-step.js",
    text: "const standing = await sidecar.merge(",
    replacement: "await announcer.succeeded({ attempt, durationMs: 0 }); const standing = await sidecar.merge(",
  },
  {
    name: "PUT again without reading again",
    breaks: ["nothing fails by itself"],
    module: "sdk/dist/sidecar/merge.js",
    text: "current = await readVersion(location, NONE);",
    replacement: "",
  },
  {
    name: "PUT again with the new ETag and the old document",
    breaks: ["others are untouched"],
    module: "sdk/dist/sidecar/merge.js",
    text: "current = await readVersion(location, NONE);",
    replacement: "current = { ...current, etag: (await readVersion(location, NONE)).etag };",
  },
  {
    name: "PUT again without asking the journal",
    breaks: ["the first commit stands"],
    module: "sdk/dist/sidecar/merge.js",
    text: "if (standing !== undefined)",
    replacement: "if (false)",
  },
  {
    name: "an attempt that was given up replaces a later one's output",
    breaks: ["later entries stay", "committed work is not repeated"],
    module: "sdk/dist/sidecar/journal.js",
    text: "if (isSuperseded(standing, entrant))",
    replacement: "if (false)",
  },
  {
    name: "a new name for each execution started",
    breaks: ["side effects happen once"],
    module: "sdk/dist/start-execution.js",
    text: "const name = executionName(starter);",
    replacement: "const name = crypto.randomUUID();",
  },
  {
    name: "FAILED although the machine retries",
    breaks: ["announced ends are true"],
    module: "sdk/dist/notify/retried.js",
    text: "return first !== undefined && first.maxAttempts !== 0;",
    replacement: "return false;",
  },
  {
    name: "a start that replaces the sidecar",
    breaks: ["others are untouched"],
    module: "sdk/dist/sidecar/create.js",
    text: 'IfNoneMatch: "*",',
    replacement: "",
  },
];
