import type { StateFailure } from "./errors.js";
import { type EventDetails, WHOLE } from "./history.js";
import { isJsonObject, type Json } from "./json.js";
import { type Line, record, textOf } from "./state.js";
import type { TaskAttempt, TaskResource } from "./task-resource.js";

/** The events of one attempt at a Task. */
export interface TaskEvents {
  scheduled(line: Line, attempt: TaskAttempt): void;
  started(line: Line, attempt: TaskAttempt): void;
  taken(line: Line, attempt: TaskAttempt, workerName: string | undefined): void;
  submitted(line: Line, attempt: TaskAttempt, answer: Json): void;
  succeeded(line: Line, attempt: TaskAttempt, output: string): void;
  failed(line: Line, attempt: TaskAttempt, failure: StateFailure): void;
}

const none = () => {};

const INTEGRATION_EVENTS: TaskEvents = {
  scheduled: (line, attempt) =>
    record(line, "TaskScheduled", {
      ...serviceOf(attempt),
      region: regionOf(line.run.context.StateMachine.Id),
      parameters: textOf(line, attempt.arguments),
      ...deadlinesOf(attempt),
      ...credentialsOf(attempt),
    }),
  started: (line, attempt) => record(line, "TaskStarted", serviceOf(attempt)),
  taken: none,
  submitted: (line, attempt, answer) =>
    record(line, "TaskSubmitted", { ...serviceOf(attempt), output: JSON.stringify(answer), outputDetails: WHOLE }),
  succeeded: (line, attempt, output) =>
    record(line, "TaskSucceeded", { ...serviceOf(attempt), output, outputDetails: WHOLE }),
  failed: (line, attempt, failure) =>
    record(line, `Task${failedWord(failure)}`, { ...serviceOf(attempt), ...failureOf(failure) }),
};

const FUNCTION_EVENTS: TaskEvents = {
  scheduled: (line, attempt) =>
    record(line, "LambdaFunctionScheduled", {
      ...workOf(line, attempt),
      ...(attempt.timeoutSeconds !== undefined && { timeoutInSeconds: attempt.timeoutSeconds }),
      ...credentialsOf(attempt),
    }),
  started: (line) => record(line, "LambdaFunctionStarted"),
  taken: none,
  submitted: none,
  succeeded: (line, _attempt, output) => record(line, "LambdaFunctionSucceeded", { output, outputDetails: WHOLE }),
  failed: (line, _attempt, failure) => record(line, `LambdaFunction${failedWord(failure)}`, failureOf(failure)),
};

const ACTIVITY_EVENTS: TaskEvents = {
  scheduled: (line, attempt) =>
    record(line, "ActivityScheduled", { ...workOf(line, attempt), ...deadlinesOf(attempt) }),
  // It waits in the activity's queue: only a worker's asking for it starts it.
  started: none,
  taken: (line, _attempt, workerName) =>
    record(line, "ActivityStarted", workerName === undefined ? {} : { workerName }),
  submitted: none,
  succeeded: (line, _attempt, output) => record(line, "ActivitySucceeded", { output, outputDetails: WHOLE }),
  failed: (line, _attempt, failure) => record(line, `Activity${failedWord(failure)}`, failureOf(failure)),
};

/** The events that each kind of resource leaves. */
export const TASK_EVENTS: Readonly<Record<TaskResource["events"], TaskEvents>> = {
  Task: INTEGRATION_EVENTS,
  LambdaFunction: FUNCTION_EVENTS,
  Activity: ACTIVITY_EVENTS,
};

const regionOf = (stateMachineArn: string): string => stateMachineArn.split(":")[3] ?? "";

const serviceOf = ({ resource: { resourceType, resource } }: TaskAttempt) => ({ resourceType, resource });

const workOf = (line: Line, attempt: TaskAttempt) => ({
  resource: attempt.arn,
  input: textOf(line, attempt.arguments),
  inputDetails: WHOLE,
});

const deadlinesOf = ({ timeoutSeconds, heartbeatSeconds }: TaskAttempt) => ({
  ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
  ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
});

const credentialsOf = ({ credentials }: TaskAttempt) =>
  isJsonObject(credentials) ? { taskCredentials: { roleArn: credentials.RoleArn } } : undefined;

const failedWord = ({ error }: StateFailure) => (error === "States.Timeout" ? "TimedOut" : "Failed");

const failureOf = ({ error, cause }: StateFailure): EventDetails => ({
  ...(error !== undefined && { error }),
  ...(cause !== undefined && { cause }),
});
