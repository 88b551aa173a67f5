import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { LAYOUTS, sidecarKey } from "./sidecar/layout.js";
import { createTestStack, testStep } from "./testing/index.js";

const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });
const measure = defineStep(Input, Output, ({ foo }) => ({ length: foo.length }), {
  name: "measure",
  route: ({ length }) => ({ length }),
});
const sfs3 = { execution: "arn:e", state: "measure", enteredAt: "2030-01-01T00:00:00Z", attempt: 1 };

/** In parts: what it reads and its own part at once, then the input, which holds what it reads. */
const REQUESTS = {
  document: ["GetObject", "PutObject"],
  parts: ["GetObject", "HeadObject", "GetObject", "PutObject"],
};

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  describe("a step's life", () => {
    test("merges its output, keeps a journal, publishes progress and returns the payload", async () => {
      const { document, payload, messages, requests, error, puts } = await testStep(measure, {
        layout,
        sidecar: { foo: "abc" },
        event: { subtopic: "w1", route: { other: { a: 1 } }, extra: [1], sfs3 },
        now: () => 1_900_000_000_000,
      });

      expect(error).toBeUndefined();
      expect(Object.keys(document)).toEqual(["foo", "measure-output", "$sfs3"]);
      expect(document).toEqual({
        foo: "abc",
        "measure-output": { length: 3 },
        $sfs3: { measure: { ...sfs3, committedAt: "2030-03-17T17:46:40.000Z", durationMs: 0, route: { length: 3 } } },
      });
      expect(payload).toEqual({
        processData: sidecarKey("test-transaction", layout),
        subtopic: "w1",
        route: { other: { a: 1 }, measure: { length: 3 } },
        extra: [1],
      });
      expect(messages.map(({ topic, payload }) => ({ topic, payload: JSON.parse(payload) }))).toEqual([
        {
          topic: "test/w1/test-transaction/measure",
          payload: { step: "measure", status: "SUCCEEDED", at: "2030-03-17T17:46:40.000Z", durationMs: 0, attempt: 1 },
        },
      ]);
      expect(requests.map(({ operation }) => operation)).toEqual(REQUESTS[layout]);
      expect(puts[0]).toMatchObject({ ServerSideEncryption: "AES256", ContentType: "application/json" });
      expect(puts[0]?.IfMatch ?? puts[0]?.IfNoneMatch).toMatch(/^(?:".+"|\*)$/);
    });

    test("a key that is not there yet fails the predicate, naming step, key and transaction", async () => {
      const { error } = await testStep(measure, { layout, sidecar: { constructorX: 1 } });

      expect(error).toMatchObject({ name: "S3DataPreconditionError" });
      expect(error?.message).toBe("Step 'measure' misses 'foo' in the sidecar of transaction 'test-transaction'.");
    });

    test("an inherited name is not a key that is present", async () => {
      const step = defineStep(z.object({ toString: z.any() }), Output, () => ({ length: 0 }), { name: "s" });

      expect((await testStep(step, { layout, sidecar: {} })).error?.name).toBe("S3DataPreconditionError");
    });

    test("ready replaces the required keys", async () => {
      const step = defineStep(z.unknown(), Output, () => ({ length: 0 }), {
        name: "s",
        ready: ({ go }) => go === true,
      });

      expect((await testStep(step, { layout, sidecar: { go: false } })).error?.name).toBe("S3DataPreconditionError");
      expect((await testStep(step, { layout, sidecar: { go: true } })).error).toBeUndefined();
    });

    test.each<[string, () => unknown]>([
      ["a Promise", async () => false],
      ["string", () => "yes"],
      ["undefined", () => undefined],
    ])("ready must return a boolean: %s is refused, and fn does not run", async (kind, ready) => {
      const fn = vi.fn(() => ({ length: 0 }));
      const step = defineStep(z.unknown(), Output, fn, { name: "s", ready: ready as () => boolean });

      const { error } = await testStep(step, { layout, sidecar: {} });

      expect(error).toMatchObject({
        name: "StepConfigurationError",
        message: `ready of step 's' returned ${kind}; it must return true or false, and not be async.`,
      });
      expect(fn).not.toHaveBeenCalled();
    });

    test("a missing sidecar is a precondition, an S3 that throttles is unavailable, a denied read keeps AWS's name", async () => {
      const outcome = async (status: 403 | 503) => {
        const stack = createTestStack({ layout });
        stack.fail("GetObject", { status });
        return (await testStep(measure, { stack, sidecar: { foo: "a" } })).error;
      };

      expect((await testStep(measure, { layout })).error?.name).toBe("S3DataPreconditionError");
      expect(await outcome(503)).toMatchObject({ name: "SidecarUnavailableError", cause: { name: "SlowDown" } });
      expect((await outcome(403))?.name).toBe("AccessDenied");
    });

    test("what fn throws passes through; what is no Error is wrapped", async () => {
      const failing = (thrown: unknown) =>
        defineStep(
          Input,
          Output,
          () => {
            throw thrown;
          },
          { name: "s" },
        );
      const boom = Object.assign(new Error("no"), { name: "Boom" });

      expect((await testStep(failing(boom), { layout, sidecar: { foo: "" } })).error).toBe(boom);
      expect((await testStep(failing("text"), { layout, sidecar: { foo: "" } })).error).toMatchObject({
        message: "Step 's' threw a string instead of an Error. Throw new Error(...) with what went wrong.",
        cause: "text",
      });
    });
  });
});
