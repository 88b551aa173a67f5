import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMessage } from "./message.js";

describe("readMessage", () => {
  test.each([
    ["processa/worker1/0x1", "SUCCEEDED", "SUCCEEDED"],
    ["processa/0x1", "FAILED", "FAILED"],
    ["company/team/processa/worker1/0x1", '"FAILED"', "FAILED"],
  ])("'%s' with %s is the end of the last level's transaction", (topic, payload, status) => {
    expect(readMessage(topic, payload)).toEqual({ kind: "end", transactionId: "0x1", status });
  });

  test("progress names transaction and step in the last two levels", () => {
    const event = { step: "step-a", status: "COMPLETED", at: "2026-01-01T00:00:00.000Z", durationMs: 12, attempt: 0 };

    expect(readMessage("processa/worker1/0x1/step-a", JSON.stringify({ ...event, more: {} }))).toEqual({
      kind: "progress",
      event: { transactionId: "0x1", ...event },
    });
  });

  test("whatever comes, it is an end, progress or nothing, and never an exception", () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.json()), (topic, payload) => {
        const message = readMessage(topic, payload);
        expect([undefined, "end", "progress"]).toContain(message?.kind);
      }),
    );
  });
});
