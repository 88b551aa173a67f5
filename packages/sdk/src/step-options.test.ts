import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";

const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });

test.each([
  [{ name: "a b" }, /name must be/],
  [{ name: "__proto__" }, /name must be/],
  [{ name: "a", outputKey: "$sfs3" }, /outputKey/],
  [{ name: "a", outputKey: "a/b" }, /outputKey/],
  [{ name: "a", timeoutSeconds: 901 }, /timeoutSeconds must be an integer from 1 to 900/],
  [{ name: "a", timeoutSecond: 1 }, /unknown option 'timeoutSecond'/],
  [{ name: "a", notify: "all" }, /notify/],
  [{ name: "a", clients: [] }, /clients must be an object/],
  [{ name: "a", sse: { algorithm: "aws:kms" } }, /sse/],
  [
    { name: "a", retry: [{ errors: ["States.ALL", "Boom"] }] },
    /retry\[0\].errors must be .* States.ALL only by itself/,
  ],
  [{ name: "a", retry: [{ errors: ["Boom"], maxAttempts: -1 }] }, /retry\[0\].maxAttempts/],
  [{ name: "a", retry: [{ errors: ["Boom"], intervalSeconds: 1e8 }] }, /retry\[0\].intervalSeconds/],
  [{ name: "a", retry: [{ errors: ["Boom"], maxDelaySeconds: 1 }] }, /retry\[0\].maxDelaySeconds must be greater .* 1/],
  [
    { name: "a", retry: [{ errors: ["Boom"], intervalSeconds: 9, maxDelaySeconds: 9 }] },
    /retry\[0\].maxDelaySeconds must be greater than intervalSeconds, here 9/,
  ],
  [
    { name: "a", retry: [{ errors: ["Boom"] }, { errors: ["Other", "Boom"] }] },
    /retry\[1\] never matches 'Boom', which retry\[0\] names: name it once/,
  ],
  [{ name: "a", retry: [{ errors: ["States.ALL"] }, { errors: ["States.ALL"] }] }, /never matches 'States.ALL'/],
  [{ name: "a", retry: [{ errors: [] }] }, /retry\[0\].errors/],
])("a misdefined step is refused where it is defined: %j", (options, message) => {
  const define = () => defineStep(Input, Output, () => ({ length: 0 }), options as { name: string });

  expect(define).toThrow(
    expect.objectContaining({ name: "StepConfigurationError", message: expect.stringMatching(message) }),
  );
});

test("retry policies that Step Functions takes are taken", () => {
  const retry = [
    { errors: ["States.ALL"], maxAttempts: 1 },
    { errors: ["States.TaskFailed", "Boom", "Boom"], intervalSeconds: 2, maxDelaySeconds: 3 },
    { errors: ["Other"], maxDelaySeconds: 2 },
  ];

  const step = defineStep(Input, Output, () => ({ length: 0 }), { name: "a", retry });

  expect(step.options.retry).toEqual(retry);
});
