import { describe, expect, test } from "vitest";
import { logLines } from "./log-lines.js";

const REPORT = "ERROR\tInvoke Error\t";

describe("logLines", () => {
  test("shows the runtime's report of an error as its stack, without the frames that are not the user's", () => {
    const trace = ["TypeError: no", "    at charge (/app/charge.ts:3:9)", "    at node:internal/process:1:1"];

    expect(logLines(`${REPORT}${JSON.stringify({ errorType: "TypeError", errorMessage: "no", trace })}\n`)).toEqual([
      "TypeError: no",
      "    at charge (/app/charge.ts:3:9)",
    ]);
  });

  test("shows an error without a stack by its type and message", () => {
    expect(logLines(`${REPORT}{"errorType":"string","errorMessage":"no","trace":[]}\n`)).toEqual(["string: no"]);
  });

  test.each(["no JSON", "{", "null", "7", "[]", "{}", ""])(
    "leaves a handler's own line that only begins like a report as it is: %j",
    (rest) => {
      expect(logLines(`before\n${REPORT}${rest}\nafter\n`)).toEqual(["before", `${REPORT}${rest}`, "after"]);
    },
  );
});
