import type { Json } from "../../asl/index.js";

/** What a mocked task comes to. */
export type MockedOutcome =
  | { readonly Return: Json }
  | { readonly Throw: { readonly Error: string; readonly Cause?: string } };

/**
 * Mocks of Task states, in the format of Step Functions Local's `MockConfigFile.json`. `DefaultTestCase` and
 * `Resources` are our own additions.
 *
 * Source: AWS Step Functions Developer Guide, "Configuration file for mocked service integrations".
 *
 * @example
 * ```ts
 * import type { MockConfig } from "@sfs3/local";
 *
 * const mocks: MockConfig = {
 *   StateMachines: { Orders: { TestCases: { Declined: { Charge: "ChargeDeclined" } } } },
 *   Resources: { "arn:aws:states:::sqs:sendMessage": "Sent" },
 *   MockedResponses: {
 *     ChargeDeclined: { "0-1": { Throw: { Error: "Busy" } }, "2": { Return: { Payload: "declined" } } },
 *     Sent: { "0-": { Return: { MessageId: "1" } } },
 *   },
 * };
 * ```
 */
export interface MockConfig {
  /** By the machine's name. */
  readonly StateMachines?: Readonly<Record<string, MockedStateMachine>>;
  /** By the resource's ARN: name of a response, for each state with that resource that no test case mocks. */
  readonly Resources?: Readonly<Record<string, string>>;
  /**
   * By name: the outcome of each invocation, which are counted from 0 in each execution and state. A key is a number,
   * a range such as `1-2`, or an open range such as `3-`.
   */
  readonly MockedResponses: Readonly<Record<string, Readonly<Record<string, MockedOutcome>>>>;
}

export interface MockedStateMachine {
  /** The test case of an execution that was started on an ARN without `#<test case>`. Default: none. */
  readonly DefaultTestCase?: string;
  /** By name: for each mocked state the name of a response. */
  readonly TestCases: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
