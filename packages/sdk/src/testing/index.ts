export type { TestBlob } from "./memory-blobs.js";
export type { Fault, Operation, Request } from "./memory-s3.js";
export {
  createTestStack,
  type Message,
  type StartedExecution,
  type TestStack,
  type TestStackOptions,
} from "./test-stack.js";
export { type TestStepOptions, type TestStepResult, testStep } from "./test-step.js";
