import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { HistoryEvent } from "@sfs3/local";
import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { createProgress } from "./progress.js";

const progress = () =>
  createProgress({ colors: createColors(false), waits: () => undefined, url: "http://127.0.0.1:1" });

const event = (id: number, type: string, details: HistoryEvent["details"] = {}): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  type,
  timestamp: new Date(id * 1_000),
  details,
});

/** What something holds on to. Unit: bytes. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

test.each(["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"])(
  "of executions that have ended by %s nothing is kept",
  (ending) => {
    const describe = progress();
    const before = heapBytes();

    for (let number = 0; number < 1_000; number++) {
      // By way of bytes, as a padded string shares its padding with the others.
      const name = Buffer.alloc(10_000, `${number} `).toString();
      const history = [
        event(1, "ExecutionStarted"),
        event(2, "TaskStateEntered", { name }),
        event(3, "TaskStateExited", { name }),
        event(4, ending),
      ];
      for (const each of history) describe(`arn:aws:states:us-east-1:000000000000:execution:Orders:${number}`, each);
    }

    // The names alone are 10 MB.
    expect(heapBytes() - before).toBeLessThan(2_000_000);
    expect(describe("arn:aws:states:us-east-1:000000000000:execution:Orders:1", event(5, "ExecutionRedriven"))).toBe(
      "▸ goes on as 1",
    );
  },
);
