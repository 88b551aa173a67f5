import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { Sfs3Error } from "./errors.js";
import type { Schema } from "./step.js";
import { createTestStack, type TestStepOptions, testStep } from "./testing/index.js";

/** No step logs, publishes, counts or says in an error anything of its data or its token, whatever becomes of it. */

const CANARY = "canary-7f3a";
const sfs3 = { execution: "arn:e", state: "s", enteredAt: "2030-01-01T00:00:00Z", attempt: 1, taskToken: CANARY };
const all = z.looseObject({});

const stepOf = (
  schemas: { readonly reads?: Schema; readonly writes?: Schema } = {},
  fn: (data: unknown) => unknown = (data) => data,
) => defineStep(schemas.reads ?? all, schemas.writes ?? z.any(), fn as never, { name: "s", notify: "terminal" });

const throwing = (thrown: unknown) => () => {
  throw thrown;
};

test.each<[string, ReturnType<typeof stepOf>, TestStepOptions?]>([
  ["succeeds", stepOf()],
  ["has done so before", stepOf(), { sidecar: { a: CANARY, $sfs3: { s: { ...sfs3, committedAt: CANARY } } } }],
  ["reads another type", stepOf({ reads: z.object({ a: z.number() }) })],
  ["reads one of other words", stepOf({ reads: z.object({ a: z.enum(["x", "y"]) }) })],
  ["reads another pattern", stepOf({ reads: z.object({ a: z.email() }) })],
  [
    "reads no further keys",
    stepOf({ reads: z.strictObject({ a: z.string() }) }),
    { sidecar: { a: "", [CANARY]: CANARY } },
  ],
  [
    "reads a record",
    stepOf({ reads: z.object({ r: z.record(z.string(), z.number()) }) }),
    { sidecar: { r: { [CANARY]: "" } } },
  ],
  [
    "reads a record of other keys",
    stepOf({ reads: z.object({ r: z.record(z.email(), z.any()) }) }),
    { sidecar: { r: { [CANARY]: 1 } } },
  ],
  [
    "reads a union",
    stepOf({ reads: z.object({ a: z.union([z.number(), z.strictObject({ b: z.literal(1) })]) }) }),
    { sidecar: { a: { [CANARY]: CANARY } } },
  ],
  [
    "reads too deep",
    stepOf({ reads: z.object({ a: z.json() }) }),
    { sidecar: `{"${CANARY}":1,"a":${"[".repeat(20_000)}"${CANARY}"${"]".repeat(20_000)}}` },
  ],
  ["misses what it reads", stepOf({ reads: z.object({ absent: z.any() }) })],
  ["writes another type", stepOf({ writes: z.object({ a: z.number() }) })],
  ["writes no further keys", stepOf({ writes: z.strictObject({}) })],
  ["writes what JSON cannot carry", stepOf({}, (data) => ({ ...(data as object), [CANARY]: 1n }))],
  [
    "writes a circle",
    stepOf({}, () =>
      Object.assign(
        { [CANARY]: {} },
        {
          get a() {
            return this;
          },
        },
      ),
    ),
  ],
  ["throws an error", stepOf({}, throwing(Object.assign(new Error(CANARY), { name: "CardDeclined" })))],
  ["throws no error", stepOf({}, throwing(CANARY))],
  ["finds no JSON", stepOf(), { sidecar: `{"a":"${CANARY}` }],
  ["finds no object", stepOf(), { sidecar: `["${CANARY}"]` }],
  ["finds no UTF-8", stepOf(), { sidecar: Buffer.concat([Buffer.from(CANARY), Buffer.from([0xff])]) }],
  ["finds a key twice", stepOf(), { sidecar: `{"${CANARY}":1,"${CANARY}":"${CANARY}"}` }],
  ["finds a malformed journal", stepOf(), { sidecar: { $sfs3: { s: CANARY } } }],
  ["gets no payload", stepOf(), { event: CANARY }],
  ["gets a key that is none", stepOf(), { event: { processData: `${CANARY}/../x` } }],
  ["gets a subtopic that is none", stepOf(), { event: { subtopic: `${CANARY}/#` } }],
  ["gets a route that is none", stepOf(), { event: { route: { [CANARY]: CANARY } } }],
  ["gets an entry that is none", stepOf(), { event: { sfs3: { ...sfs3, item: CANARY } } }],
  ["has no bucket", stepOf(), { env: { BUCKET_NAME: undefined } }],
])("a step that %s keeps its data to itself", async (_, step, options = {}) => {
  const env = { LOG_LEVEL: "TRACE", SFS3_METRICS: "emf", SFS3_PROCESS: "p", ...options.env };
  const event = { sfs3, extra: CANARY };

  const { error, log, messages } = await testStep(step, {
    sidecar: { a: CANARY },
    ...options,
    event: typeof options.event === "string" ? options.event : { ...event, ...(options.event as object) },
    env,
  });

  expect(log.length).toBeGreaterThan(1);
  expect(JSON.stringify([log, messages])).not.toContain(CANARY);
  // What an author throws is the author's; what sfs3 throws is printed with all that hangs on it.
  if (error instanceof Sfs3Error) expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
  else expect([undefined, "CardDeclined", "Error"]).toContain(error?.name);
});

test.each([
  ["S3 refuses its read", "GetObject", 403, "AccessDenied"],
  ["S3 is busy when it reads", "GetObject", 503, "SidecarUnavailableError"],
  ["S3 refuses its write", "PutObject", 403, "AccessDenied"],
  ["S3 is busy when it writes", "PutObject", 503, "SidecarUnavailableError"],
  ["it loses every race", "PutObject", 412, "SidecarConflictError"],
] as const)("a step keeps its data to itself where %s", async (_, operation, status, name) => {
  const stack = createTestStack();
  stack.fail(operation, ...Array(50).fill({ status }));
  stack.failPublish();
  const lambda = { awsRequestId: "r", getRemainingTimeInMillis: () => 1_500 };

  const { error, log } = await testStep(stepOf(), { stack, lambda, sidecar: { a: CANARY }, event: { sfs3 } });

  expect(error?.name).toBe(name);
  expect(JSON.stringify(log) + inspect(error, { depth: 9 })).not.toContain(CANARY);
});
