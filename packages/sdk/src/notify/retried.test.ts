import { expect, test } from "vitest";
import { isRetried } from "./retried.js";

test.each([
  ["Boom", [], false],
  ["Boom", [{ errors: ["Boom"] }], true],
  ["Boom", [{ errors: ["Other"] }], false],
  ["Boom", [{ errors: ["Boom"], maxAttempts: 0 }], false],
  ["Boom", [{ errors: ["Boom"], maxAttempts: 0 }, { errors: ["States.ALL"] }], false],
  ["Boom", [{ errors: ["States.ALL"] }, { errors: ["Boom"], maxAttempts: 0 }], false],
  ["Boom", [{ errors: ["States.ALL"], maxAttempts: 2 }], true],
  ["Boom", [{ errors: ["States.TaskFailed"], maxAttempts: 1 }], true],
  ["States.Timeout", [{ errors: ["States.TaskFailed"] }], false],
  ["S3DataPreconditionError", [], true],
  ["S3DataPreconditionError", [{ errors: ["S3DataPreconditionError"], maxAttempts: 0 }], false],
  ["SidecarConflictError", [{ errors: ["States.ALL"], maxAttempts: 0 }], true],
  ["StepInputError", [], false],
])("%s under %j: retried is %s", (name, policies, retried) => {
  expect(isRetried(name, policies)).toBe(retried);
});
