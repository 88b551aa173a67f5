import { expect, test } from "vitest";
import { inRetryOrder } from "./retry-order.js";

test.each([
  [["States.ALL"], ["States.TaskFailed"]],
  [["States.TaskFailed"], ["States.ALL"]],
  [["States.ALL"], ["Boom", "States.TaskFailed"]],
])("retriers that match any error come last, States.ALL after all others: %j, %j", (...errors) => {
  const own = [...errors, ["Boom"]].map((names) => ({ errors: names }));

  const order = inRetryOrder(own, [{ errors: ["Default"] }]).map((policy) => policy.errors);

  const taskFailed = errors.find((names) => names.includes("States.TaskFailed"));
  expect(order).toEqual([["Boom"], ["Default"], taskFailed, ["States.ALL"]]);
});
