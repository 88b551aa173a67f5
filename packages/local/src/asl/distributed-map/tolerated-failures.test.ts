import { describe, expect, test } from "vitest";
import { runMap, WORK, work } from "../fixtures/distributed-map.js";
import { type Json, type JsonObject, StateFailure, type TaskRunner } from "../index.js";

describe("tolerated failures", () => {
  const items = ["good", "bad", "good", "bad"];
  const tolerate = (fields: JsonObject) => runMap({ Items: items, ...fields }, { states: WORK, task: work });

  test.each([
    ["as many as the count", { ToleratedFailureCount: 2 }],
    ["as many as the percentage", { ToleratedFailurePercentage: 50 }],
    ["an evaluated number", { ToleratedFailureCount: "{% 2 %}" }],
  ])("let the Map succeed: %s", async (_case, fields) => {
    const { outcome } = await tolerate(fields);

    const failed = { Status: "FAILED", Error: "Bad", Cause: "as bad as can be", Input: '"bad"' };
    expect(outcome).toMatchObject({ status: "SUCCEEDED", output: ["good", failed, "good", failed] });
  });

  test.each([
    ["none", {}],
    ["fewer by count", { ToleratedFailureCount: 1 }],
    ["fewer by percentage", { ToleratedFailurePercentage: 49.9 }],
    ["fewer by one of both", { ToleratedFailureCount: 4, ToleratedFailurePercentage: 10 }],
  ])("that are exceeded fail it: %s", async (_case, fields) => {
    const { outcome, types } = await tolerate(fields);

    expect(outcome).toEqual({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
    expect(types.slice(-3)).toEqual(["MapRunFailed", "MapStateFailed", "ExecutionFailed"]);
  });

  test("count a failed batch by its items", async () => {
    const batch = { Items: items, ItemBatcher: { MaxItemsPerBatch: 3 } };
    const task: TaskRunner = async ({ arguments: input }) => {
      if (JSON.stringify(input).includes("bad")) throw new StateFailure("Bad", undefined);
      return null;
    };

    expect((await runMap({ ...batch, ToleratedFailureCount: 3 }, { states: WORK, task })).outcome.status).toBe(
      "FAILED",
    );
    expect((await runMap({ ...batch, ToleratedFailureCount: 4 }, { states: WORK, task })).outcome.status).toBe(
      "SUCCEEDED",
    );
  });

  test("that are exceeded stop the children under way and start no others", async () => {
    const started: Json[] = [];
    const task: TaskRunner = ({ arguments: item, signal }) => {
      started.push(item);
      if (item === 2) return Promise.reject(new StateFailure("Bad", undefined));
      return new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
    };

    const { outcome } = await runMap({ Items: [1, 2, 3, 4], MaxConcurrency: 2 }, { states: WORK, task });

    expect(outcome.status).toBe("FAILED");
    expect(started).toEqual([1, 2]);
  });
});
