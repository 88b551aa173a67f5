import { expect, test } from "vitest";
import { isFinalFailure } from "./final-failure.js";

test.each([
  ["Boom", 1, [], true],
  ["Boom", 1, [{ errors: ["Boom"] }], false],
  ["Boom", 3, [{ errors: ["Boom"] }], false],
  ["Boom", 4, [{ errors: ["Boom"] }], true],
  ["Boom", 1, [{ errors: ["Boom"], maxAttempts: 0 }], true],
  ["Boom", 2, [{ errors: ["States.ALL"], maxAttempts: 2 }], false],
  ["Boom", 2, [{ errors: ["States.TaskFailed"], maxAttempts: 1 }], true],
  ["States.Timeout", 1, [{ errors: ["States.TaskFailed"] }], true],
  ["S3DataPreconditionError", 3, [], false],
  ["S3DataPreconditionError", 4, [], true],
  ["S3DataPreconditionError", 1, [{ errors: ["S3DataPreconditionError"], maxAttempts: 0 }], true],
  ["StepInputError", 1, [], true],
])("%s on attempt %i with %j: final is %s", (name, attempt, retry, final) => {
  expect(isFinalFailure(name, attempt, retry)).toBe(final);
});
