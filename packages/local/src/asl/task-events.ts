import type { StateFailure } from "./errors.js";
import { type EventDetails, WHOLE } from "./history.js";
import type { Json } from "./json.js";
import { type Line, record } from "./state.js";
import type { TaskAttempt } from "./task-resource.js";

/** The events of one attempt of a Task. */
export interface TaskEvents {
  scheduled(): void;
  started(): void;
  taken(workerName: string | undefined): void;
  submitted(answer: Json): void;
  succeeded(output: string): void;
  failed(failure: StateFailure): void;
}

const KINDS = { Task: integrationEvents, LambdaFunction: lambdaFunctionEvents, Activity: activityEvents };

export const taskEvents = (line: Line, attempt: TaskAttempt): TaskEvents =>
  KINDS[attempt.resource.events](line, attempt);

const regionOf = (stateMachineArn: string): string => stateMachineArn.split(":")[3] ?? "";

const given = (fields: Record<string, unknown>): EventDetails =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const failedWord = (failure: StateFailure) => (failure.error === "States.Timeout" ? "TimedOut" : "Failed");

function integrationEvents(line: Line, attempt: TaskAttempt): TaskEvents {
  const { resource, resourceType } = attempt.resource;
  const service = { resourceType, resource };
  return {
    scheduled: () =>
      record(
        line,
        "TaskScheduled",
        given({
          ...service,
          region: regionOf(line.run.context.StateMachine.Id),
          parameters: JSON.stringify(attempt.arguments),
          timeoutInSeconds: attempt.timeoutSeconds,
          heartbeatInSeconds: attempt.heartbeatSeconds,
        }),
      ),
    started: () => record(line, "TaskStarted", service),
    taken: () => {},
    submitted: (answer) =>
      record(line, "TaskSubmitted", { ...service, output: JSON.stringify(answer), outputDetails: WHOLE }),
    succeeded: (output) => record(line, "TaskSucceeded", { ...service, output, outputDetails: WHOLE }),
    failed: (failure) =>
      record(line, `Task${failedWord(failure)}`, given({ ...service, error: failure.error, cause: failure.cause })),
  };
}

function lambdaFunctionEvents(line: Line, attempt: TaskAttempt): TaskEvents {
  return {
    scheduled: () =>
      record(
        line,
        "LambdaFunctionScheduled",
        given({
          resource: attempt.arn,
          input: JSON.stringify(attempt.arguments),
          inputDetails: WHOLE,
          timeoutInSeconds: attempt.timeoutSeconds,
        }),
      ),
    started: () => record(line, "LambdaFunctionStarted"),
    taken: () => {},
    submitted: () => {},
    succeeded: (output) => record(line, "LambdaFunctionSucceeded", { output, outputDetails: WHOLE }),
    failed: (failure) =>
      record(line, `LambdaFunction${failedWord(failure)}`, given({ error: failure.error, cause: failure.cause })),
  };
}

function activityEvents(line: Line, attempt: TaskAttempt): TaskEvents {
  return {
    scheduled: () =>
      record(
        line,
        "ActivityScheduled",
        given({
          resource: attempt.arn,
          input: JSON.stringify(attempt.arguments),
          inputDetails: WHOLE,
          timeoutInSeconds: attempt.timeoutSeconds,
          heartbeatInSeconds: attempt.heartbeatSeconds,
        }),
      ),
    // It waits in the activity's queue: only a worker's asking for it starts it.
    started: () => {},
    taken: (workerName) => record(line, "ActivityStarted", given({ workerName })),
    submitted: () => {},
    succeeded: (output) => record(line, "ActivitySucceeded", { output, outputDetails: WHOLE }),
    failed: (failure) =>
      record(line, `Activity${failedWord(failure)}`, given({ error: failure.error, cause: failure.cause })),
  };
}
