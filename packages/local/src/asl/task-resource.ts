import type { Json, JsonObject } from "./json.js";

/** What a Task state hands to the world outside. */
export interface TaskRequest {
  readonly arguments: Json;
  /** Aborts when the task times out, a sibling branch fails or the execution ends. */
  readonly signal: AbortSignal;
  /** Present for `.waitForTaskToken` resources. */
  readonly taskToken: string | undefined;
  readonly stateName: string;
  readonly context: JsonObject;
  /** Restarts the heartbeat's deadline. */
  heartbeat(): void;
  /** Tells history that a worker has taken an activity's task; its timeout and heartbeat count from here. */
  taken(workerName: string | undefined): void;
  /** Tells history that the service has taken the work, with its answer. */
  submitted(answer: Json): void;
}

/** Does a task's work. Rejects with a {@link StateFailure} carrying ASL's Error and Cause. */
export type TaskRunner = (request: TaskRequest) => Promise<Json>;

/** What stands behind a Task's `Resource`. */
export interface TaskResource {
  /** How history names it: `lambda` and `invoke`; a Lambda by its function ARN is its own word there. */
  readonly resourceType: string;
  readonly resource: string;
  /** Which events it leaves: `LambdaFunction*` for a function's own ARN, `Activity*` for an activity's, else `Task*`. */
  readonly events: "Task" | "LambdaFunction" | "Activity";
  readonly waitsForTaskToken: boolean;
  readonly run: TaskRunner;
}

/** Finds what stands behind a `Resource`; undefined for one that is not supported. */
export type ResolveTask = (resource: string) => TaskResource | undefined;

/** One attempt at a Task, its fields evaluated. */
export interface TaskAttempt {
  readonly arn: string;
  readonly resource: TaskResource;
  readonly arguments: Json;
  /** The role that the task is to take on: shown in history, and taken for granted here. */
  readonly credentials: Json | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}
