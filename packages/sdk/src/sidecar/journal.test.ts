import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import { createTestStack, testStep } from "../testing/index.js";
import { LAYOUTS } from "./layout.js";

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  const TXN = "test-transaction";
  const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Down";
  const EXECUTION = `arn:aws:states:us-east-1:123456789012:execution:Main:${TXN}`;
  const Input = z.object({ foo: z.string() });
  const Output = z.object({ by: z.string() });

  const entered = (second: number, more: object = {}) => ({
    sfs3: { execution: EXECUTION, state: "s", enteredAt: `2030-01-01T00:00:0${second}.000Z`, attempt: 1, ...more },
  });

  const stackOf = (sidecar: unknown = { foo: "" }) => {
    const stack = createTestStack({ layout });
    stack.write(TXN, sidecar);
    return stack;
  };

  /** A step whose first call finds, before it returns, that something else has happened to the sidecar. */
  const overtaken = (meanwhile: () => Promise<unknown>) => {
    const fn = vi.fn<() => Promise<{ by: string }>>();
    fn.mockImplementationOnce(async () => {
      await meanwhile();
      return { by: "first" };
    }).mockResolvedValue({ by: "second" });
    return defineStep(Input, Output, fn, { name: "s", route: ({ by }) => ({ by }) });
  };

  test("of two attempts of one entry at once the first to commit stands, and both return its route", async () => {
    const stack = stackOf();
    const step = overtaken(() => testStep(step, { stack, event: entered(1, { attempt: 2 }) }));

    const zombie = await testStep(step, { stack, event: entered(1) });

    expect(zombie.document["s-output"]).toEqual({ by: "second" });
    expect(zombie.payload?.route).toEqual({ s: { by: "second" } });
    expect(zombie.puts).toHaveLength(1);
  });

  test("an attempt that its machine gave up does not replace what a later entry of the state wrote", async () => {
    const stack = stackOf();
    const step = overtaken(() => testStep(step, { stack, event: entered(5) }));

    const zombie = await testStep(step, { stack, event: entered(1) });

    expect(zombie.error).toMatchObject({ name: "SidecarConflictError" });
    expect(zombie.error?.message).toBe(
      "Step 's' was entered again, and that later entry has committed to the sidecar of transaction 'test-transaction': " +
        "this attempt is given up.",
    );
    expect(zombie.document["s-output"]).toEqual({ by: "second" });
  });

  test("nor what the same step wrote in a later state of another name", async () => {
    const stack = stackOf();
    const step = overtaken(() => testStep(step, { stack, event: entered(5, { state: "s-again" }) }));

    expect((await testStep(step, { stack, event: entered(1) })).error?.name).toBe("SidecarConflictError");
  });

  test("entries of other executions, and entries that clocks may have put in disorder, do not count as later", async () => {
    const meanwhile = async (event: object) => {
      const stack = stackOf();
      const step = overtaken(() => testStep(step, { stack, event }));
      return (await testStep(step, { stack, event: entered(1) })).document["s-output"];
    };

    expect(await meanwhile(entered(5, { execution: "arn:other" }))).toEqual({ by: "first" });
    expect(await meanwhile(entered(1, { enteredAt: "2030-01-01T00:00:01.999Z" }))).toEqual({ by: "first" });
    expect(await meanwhile({})).toEqual({ by: "first" });
  });

  test("a replay returns the route of the lost response, and does not call fn", async () => {
    const stack = stackOf();
    const fn = vi.fn(() => ({ by: "fn" }));
    const step = defineStep(Input, Output, fn, { name: "s", route: ({ by }) => ({ by }) });
    const first = await testStep(step, { stack, event: entered(1) });

    const replay = await testStep(step, { stack, event: entered(1, { attempt: 2 }) });

    expect(replay.payload).toEqual(first.payload);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(replay.puts).toHaveLength(1);
    expect(replay.log).toMatchObject([{ level: "INFO", message: "step had committed before", txnId: TXN, attempt: 2 }]);
  });

  test("a callback hands out each token once: that of a retry or a redrive is a new one, and the journal holds none", async () => {
    const stack = stackOf();
    const handedOut: unknown[] = [];
    const step = defineStep(
      Input,
      Output,
      (_, { taskToken }) => {
        handedOut.push(taskToken);
        return { by: "fn" };
      },
      { name: "s" },
    );

    for (const taskToken of ["first token", "first token", "second token"]) {
      const { error } = await testStep(step, { stack, event: entered(1, { taskToken }) });
      expect(error).toBeUndefined();
    }

    expect(handedOut).toEqual(["first token", "second token"]);
    expect(JSON.stringify(stack.document(TXN))).not.toContain('token"');
    expect(JSON.stringify(stack.document(TXN))).not.toContain("first token");
  });

  test("each round of a loop starts an execution of its own; what failed and is redriven finds its own again", async () => {
    const stack = stackOf();
    const outcomes = [undefined, new Error("after the start"), undefined];
    const step = defineStep(
      Input,
      z.object({ arn: z.string() }),
      async (_, { startExecution }) => {
        const arn = await startExecution(MACHINE);
        const failure = outcomes.shift();
        if (failure !== undefined) throw failure;
        return { arn };
      },
      { name: "s" },
    );

    await testStep(step, { stack, event: entered(1) });
    const failed = await testStep(step, { stack, event: entered(2) });
    const redriven = await testStep(step, { stack, event: entered(9) });

    expect(failed.error?.message).toBe("after the start");
    expect(redriven.error).toBeUndefined();
    expect(stack.executions.map(({ name }) => name)).toEqual([
      "test-transaction-s",
      expect.stringMatching(/^test-transaction-s-1-[0-9a-f]{16}$/),
    ]);
    expect(stack.document(TXN).$sfs3).toMatchObject({ s: { enteredAt: "2030-01-01T00:00:09.000Z", round: 1 } });
  });

  test("the journal is not the steps' to read: a strict schema and ready see the data alone", async () => {
    const seen: string[][] = [];
    const step = defineStep(z.strictObject({ foo: z.string() }), Output, () => ({ by: "" }), {
      name: "s",
      ready: (document) => seen.push(Object.keys(document)) > 0,
    });

    const { error } = await testStep(step, { layout, sidecar: { foo: "a", $sfs3: { other: { attempt: 1 } } } });

    expect(error).toBeUndefined();
    expect(seen).toEqual([["foo"]]);
  });
});
