import { randomUUID } from "node:crypto";
import { type Json, StateFailure, type TaskRequest, type TaskRunner } from "../../asl/index.js";
import { StepFunctionsError } from "../service-error.js";

/** Tasks that wait for somebody outside to end them. */
export interface TaskTokens {
  issue(): string;
  /** Makes a resource wait, after it took the work, until its token is sent back. */
  awaiting(submit: TaskRunner): TaskRunner;
  succeed(token: string, output: Json): void;
  fail(token: string, error: string | undefined, cause: string | undefined): void;
  heartbeat(token: string): void;
}

interface WaitingTask {
  resolve(output: Json): void;
  reject(failure: StateFailure): void;
  heartbeat(): void;
}

const TOKEN = /^task-[0-9a-f-]{36}$/;

export function createTaskTokens(): TaskTokens {
  const waiting = new Map<string, WaitingTask>();

  const find = (token: string): WaitingTask => {
    const task = waiting.get(token);
    if (task !== undefined) return task;
    if (!TOKEN.test(Buffer.from(token, "base64").toString())) {
      throw new StepFunctionsError("InvalidToken", "Invalid Token: 'Invalid token'");
    }
    throw new StepFunctionsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  };

  const awaiting =
    (submit: TaskRunner): TaskRunner =>
    async (request) => {
      const completion = register(waiting, request);
      const submitted = submit(request).then((answer) => {
        request.submitted(answer);
        return completion;
      });
      // The token may come back before the service has answered; its failure must not be an unhandled one meanwhile.
      completion.catch(() => {});
      return submitted.finally(() => waiting.delete(request.taskToken ?? ""));
    };

  const end = (token: string): WaitingTask => {
    const task = find(token);
    waiting.delete(token);
    return task;
  };

  return {
    issue: () => Buffer.from(`task-${randomUUID()}`).toString("base64"),
    awaiting,
    succeed: (token, output) => end(token).resolve(output),
    fail: (token, error, cause) => end(token).reject(new StateFailure(error, cause)),
    heartbeat: (token) => find(token).heartbeat(),
  };
}

function register(waiting: Map<string, WaitingTask>, { taskToken, signal, heartbeat }: TaskRequest): Promise<Json> {
  if (taskToken === undefined) throw new Error("a callback task was started without a token");
  return new Promise((resolve, reject) => {
    waiting.set(taskToken, { resolve, reject, heartbeat });
    const abort = () => {
      waiting.delete(taskToken);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}
