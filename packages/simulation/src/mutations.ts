/** One way to break the protocol: a text of one module, and what stands there instead. */
export interface Mutation {
  readonly name: string;
  /** End of the module's path. */
  readonly module: string;
  readonly text: string;
  readonly replacement: string;
}

/** Each has to be caught: what no run notices, the invariants do not guard. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "PUT without If-Match",
    module: "sdk/dist/sidecar/store.js",
    text: "IfMatch: etag,",
    replacement: "",
  },
  {
    name: "fn without asking the journal",
    module: "sdk/dist/run-step.js",
    text: "const earlier = committedEntry(sidecar.document, entrant);",
    replacement: "const earlier = undefined;",
  },
  {
    name: "progress before the PUT",
    module: "sdk/dist/run-step.js",
    text: "const standing = await mergeOutput(",
    replacement: "await announcer.succeeded({ attempt, durationMs: 0 }); const standing = await mergeOutput(",
  },
  {
    name: "PUT again without reading again",
    module: "sdk/dist/sidecar/merge.js",
    text: "current = await readSidecar(location);",
    replacement: "",
  },
  {
    name: "PUT again with the new ETag and the old document",
    module: "sdk/dist/sidecar/merge.js",
    text: "current = await readSidecar(location);",
    replacement: "current = { ...current, etag: (await readSidecar(location)).etag };",
  },
  {
    name: "PUT again without asking the journal",
    module: "sdk/dist/sidecar/merge.js",
    text: "if (standing !== undefined)",
    replacement: "if (false)",
  },
  {
    name: "a new name for each execution started",
    module: "sdk/dist/start-execution.js",
    text: "const name = executionName(starter);",
    replacement: "const name = crypto.randomUUID();",
  },
  {
    name: "FAILED although the machine retries",
    module: "sdk/dist/notify/retried.js",
    text: "return first !== undefined && first.maxAttempts !== 0;",
    replacement: "return false;",
  },
  {
    name: "a start that replaces the sidecar",
    module: "sdk/dist/sidecar/create.js",
    text: 'IfNoneMatch: "*",',
    replacement: "",
  },
];
