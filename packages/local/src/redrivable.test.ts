import { EventEmitter, once } from "node:events";
import { defineStep } from "@sfs3/sdk";
import { type FlowDefinition, flow, renderAsl } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type StepAnswer, type StepEvent, useFlowService } from "./fixtures/flow-service.js";

/** What `{ redrivable: true }` promises, held against the engine: Lambdas answer as steps would, or fail. */

async function useProcess(flows: readonly FlowDefinition[], answer: StepAnswer) {
  const { service, messages } = useFlowService(flows, answer);
  const arns = new Map<string, string>();
  for (const { name, ...definition } of flows) {
    const asl = renderAsl({ name, ...definition }).replace(
      /\$\{(\w+)StateMachineArn\}/g,
      (_, known) => arns.get(known) ?? "",
    );
    arns.set(name, (await service.createStateMachine({ name, definition: asl })).stateMachineArn);
  }
  const input = JSON.stringify({ processData: "0xabc" });
  const stateMachineArn = arns.get(flows.at(-1)?.name ?? "") ?? "";
  const { executionArn } = await service.startExecution({ stateMachineArn, name: "0xabc", input });
  const exits = async () => {
    const { events } = await service.getExecutionHistory({ executionArn, maxResults: 1000 });
    return events.flatMap((event) =>
      event.type === "TaskStateExited" && "stateExitedEventDetails" in event
        ? [String(Reflect.get(Object(event.stateExitedEventDetails), "name"))]
        : [],
    );
  };
  return { service, executionArn, messages, exits, stateMachineArn: (name: string) => arns.get(name) ?? "" };
}

const Input = z.object({ foo: z.string() });
const step = <const TName extends string>(name: TName) => defineStep(z.object({}), z.object({}), () => ({}), { name });
const counting = defineStep(z.object({}), z.object({ count: z.number() }), () => ({ count: 0 }), {
  name: "counting",
  route: (values) => values,
});
const begin = flow("Process", { input: Input, topicRoot: "root", redrivable: true });

/** The builder without its types: how many steps there are is drawn. */
type Builder = FlowDefinition & {
  readonly [word in "step" | "parallel" | "map" | "state"]: (...args: readonly unknown[]) => Builder;
};

const segment = fc.oneof(
  fc.constant({ kind: "step", width: 1 } as const),
  fc.record({ kind: fc.constantFrom("parallel", "map"), width: fc.integer({ min: 1, max: 4 }) }),
);

const flowOf = (segments: readonly { readonly kind: string; readonly width: number }[]): FlowDefinition =>
  segments.reduce(
    (to, { kind, width }, at) => {
      if (kind === "step") return to.step(step(`s${at}`));
      if (kind === "map") {
        const lines = to.state(
          `lines${at}`,
          { Type: "Pass" },
          { writes: z.object({ [`lines${at}`]: z.array(z.null()) }) },
        );
        const count = ({ counting: { count } }: { readonly counting: { readonly count: unknown } }) => count;
        return lines.map({ over: `lines${at}`, count }, (item: Builder) => item.step(step(`s${at}`)));
      }
      const branches = Array.from({ length: width }, (_, index) => index);
      return to.parallel(...branches.map((index) => (branch: Builder) => branch.step(step(`s${at}-${index}`))));
    },
    begin.step(counting) as unknown as Builder,
  );

const ITEMS = 3;

describe("a redrivable flow", () => {
  test("goes on, however often and wherever it fails, and leaves no state twice", async () => {
    const failures = fc.dictionary(fc.stringMatching(/^s[0-3](-[0-3]|\[[0-2]\])?$/), fc.integer({ min: 1, max: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), failures, async (segments, given) => {
        const left = new Map(Object.entries(given));
        const process = await useProcess([flowOf(segments)], (name, _, call) => {
          const failing = left.get(call) ?? 0;
          left.set(call, failing - 1);
          if (failing > 0) throw new RangeError(`${call} fails`);
          return name === "counting" ? { count: ITEMS } : undefined;
        });
        const { service, executionArn } = process;
        let end = await service.completion(executionArn);
        for (let redrives = 0; end.status === "FAILED" && redrives < 40; redrives += 1) {
          expect(end.error).toBe("RangeError");
          expect(process.messages).toEqual([]);
          await service.redriveExecution({ executionArn });
          end = await service.completion(executionArn);
        }

        const expected = segments.flatMap(({ kind, width }, at) => {
          if (kind === "step") return [`s${at}`];
          return kind === "map" ? Array(ITEMS).fill(`s${at}`) : Array.from({ length: width }, (_, i) => `s${at}-${i}`);
        });
        expect(end.status).toBe("SUCCEEDED");
        expect((await process.exits()).toSorted()).toEqual(["counting", "PublishSucceeded", ...expected].toSorted());
        expect(process.messages).toEqual(["root/0xabc SUCCEEDED"]);
        await service.close();
      }),
    );
  });

  test("asks again by a new token where a callback was answered with a failure, in the same state entry", async () => {
    const calls: StepEvent["sfs3"][] = [];
    const asking = begin.callback(step("ask"), { timeoutSeconds: 60 });
    const handedOut = new EventEmitter();
    const nextToken = async () => String((await once(handedOut, "token"))[0]);
    const first = nextToken();
    const { service, executionArn } = await useProcess([asking], (_, { sfs3 }) => {
      calls.push(sfs3);
      handedOut.emit("token", sfs3.taskToken);
      return undefined;
    });
    await service.sendTaskFailure({ taskToken: await first, error: "Declined" });
    const failed = await service.completion(executionArn);
    const second = nextToken();
    await service.redriveExecution({ executionArn });
    await service.sendTaskSuccess({ taskToken: await second, output: "{}" });

    expect(failed).toMatchObject({ status: "FAILED", error: "Declined" });
    expect((await service.completion(executionArn)).status).toBe("SUCCEEDED");
    expect(calls[1]?.taskToken).not.toBe(calls[0]?.taskToken);
    expect(calls[1]?.enteredAt).toBe(calls[0]?.enteredAt);
  });

  test("starts anew what it waits for and what had failed, and does not start again what it does not wait for", async () => {
    const child = flow("Child", { input: Input, redrivable: true }).step(step("child"));
    const side = flow("Side", { input: Input }).step(step("side"));
    let isBroken = true;
    const process = await useProcess(
      [child, side, begin.start(side).start(child, { wait: true }).step(step("last"))],
      (name) => {
        if (name === "child" && isBroken) throw new Error("for now");
        return undefined;
      },
    );
    const { service, executionArn, stateMachineArn } = process;
    const failed = await service.completion(executionArn);
    isBroken = false;
    await service.redriveExecution({ executionArn });
    const statusesOf = async (name: string) =>
      (await service.listExecutions({ stateMachineArn: stateMachineArn(name) })).executions.map(({ status }) => status);

    expect(failed).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
    expect((await service.completion(executionArn)).status).toBe("SUCCEEDED");
    expect(await statusesOf("Child")).toEqual(["SUCCEEDED", "FAILED"]);
    expect(await statusesOf("Side")).toHaveLength(1);
  });
});
