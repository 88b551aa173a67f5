import { describe, expect, onTestFinished, test, vi } from "vitest";
import { runMachine } from "../fixtures/run-machine.js";

const evaluate = async (expression: string) =>
  (await runMachine({ A: { Type: "Pass", Output: `{% ${expression} %}`, End: true } })).outcome;

/** Each look at the clock takes a millisecond. */
const quicken = () => {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now++);
  onTestFinished(() => clock.mockRestore());
};

describe("an expression without an end fails after five seconds", () => {
  test.each([
    ["where it loops", "($loop := function($n) { $loop($n + 1) }; $loop(0))"],
    ["where it recurs", "($sum := function($n) { 1 + $sum($n) }; $sum(0))"],
    ["where two call each other", "($a := function($n) { $b($n) }; $b := function($n) { [$a($n)] }; $a(0))"],
    ["where a function of functions does", "($f := function($x) { $map([1, 2], $f) }; $f(0))"],
  ])("%s", async (_, expression) => {
    quicken();

    expect(await evaluate(expression)).toMatchObject({
      status: "FAILED",
      error: "States.QueryEvaluationError",
      cause: expect.stringContaining("It takes longer than 5 seconds: does it end?"),
    });
  });
});

test.each([
  ["recursion of a thousand levels", "($sum := function($n) { $n = 0 ? 0 : 1 + $sum($n - 1) }; $sum(1000))", 1_000],
  ["ten thousand calls in a row", "($to := function($n) { $n = 0 ? 'end' : $to($n - 1) }; $to(10000))", "end"],
  ["many values side by side", "$sum($map([1..10000], function($n) { $n * 2 }))", 100_010_000],
])("%s is no such expression", async (_, expression, output) => {
  expect(await evaluate(expression)).toMatchObject({ status: "SUCCEEDED", output });
});

test("the limit is not an expression's to see", async () => {
  expect(await evaluate("$exists(`time limit`) or $exists($time)")).toMatchObject({ output: false });
});
