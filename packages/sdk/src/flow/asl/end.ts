import { INPUT, jsonata, text } from "./expressions.js";
import { RETRY_ANY_ERROR, toRetrier } from "./retry.js";
import type { AslState, AslStates, Emission, Transition } from "./types.js";

/** The names of the states that the generator adds to announce the end of a process; no state of a flow can have them. */
export const END_STATES = {
  publishSucceeded: "PublishSucceeded",
  succeeded: "Succeeded",
  publishFailed: "PublishFailed",
  failed: "Failed",
} as const;

const ERROR_VARIABLE = "sfs3Error";

/** Where a chain of the machine itself goes when all went well. */
export const SUCCESS: Transition = { Next: END_STATES.publishSucceeded };

/** The Catch of every state of the machine itself that can fail, unless the flow is redrivable: keeps the error, then announces it. */
export const CATCH_ALL = {
  ErrorEquals: ["States.ALL"],
  Assign: { [ERROR_VARIABLE]: jsonata("$states.errorOutput") },
  Output: INPUT,
  Next: END_STATES.publishFailed,
};

/** A failure that the flow itself decides. */
export function failure(name: string, error: string, cause: string, { scope }: Pick<Emission, "scope">): AslStates {
  if (!scope.top) return [[name, { Type: "Fail", Error: error, Cause: cause }]];
  const assign = { [ERROR_VARIABLE]: { Error: error, Cause: cause } };
  return [[name, { Type: "Pass", Assign: assign, Output: INPUT, Next: END_STATES.publishFailed }]];
}

/**
 * The topic of the transaction, whose id in the parts layout has a slash behind it. Taken from the execution's own input, which no state can have changed.
 */
const topic = (topicRoot: string): string => {
  const subtopic = "$states.context.Execution.Input.subtopic";
  const level = `($exists(${subtopic}) ? ${subtopic} & "/" : "")`;
  return jsonata(
    `${text(`${topicRoot}/`)} & ${level} & $substringBefore($states.context.Execution.Input.processData, "/")`,
  );
};

const publish = (topicRoot: string, message: string, next: string): AslState => ({
  Type: "Task",
  Resource: "arn:aws:states:::aws-sdk:iotdataplane:publish",
  Arguments: { Topic: topic(topicRoot), Payload: message, Qos: 1 },
  Output: INPUT,
  TimeoutSeconds: 10,
  Retry: [toRetrier(RETRY_ANY_ERROR)],
  // The process is decided by now; a message that cannot be sent does not change how it ended.
  Catch: [{ ErrorEquals: ["States.ALL"], Output: INPUT, Next: next }],
  Next: next,
});

/** A timeout has no cause, a callback may fail without an error's name; a Fail state wants texts. */
const textOf = (field: "Error" | "Cause", otherwise: string): string => {
  const path = `$${ERROR_VARIABLE}.${field}`;
  return jsonata(`$type(${path}) = "string" ? ${path} : ${text(otherwise)}`);
};

/**
 * The states that announce the end and then end the execution. A process that always fails has no success to announce,
 * one that catches every error no failure.
 */
export const endStates = (topicRoot: string): AslStates => [
  [END_STATES.publishSucceeded, publish(topicRoot, "SUCCEEDED", END_STATES.succeeded), "if reached"],
  [END_STATES.succeeded, { Type: "Succeed" }, "if reached"],
  [END_STATES.publishFailed, publish(topicRoot, "FAILED", END_STATES.failed), "if reached"],
  [
    END_STATES.failed,
    { Type: "Fail", Error: textOf("Error", "States.TaskFailed"), Cause: textOf("Cause", "") },
    "if reached",
  ],
];
