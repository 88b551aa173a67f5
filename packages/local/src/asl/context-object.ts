import type { Json, JsonObject } from "./json.js";

/** The parts of the context object that stay the same for a whole execution. */
export interface ExecutionContext {
  readonly Execution: {
    readonly Id: string;
    readonly Input: Json;
    readonly Name: string;
    readonly RoleArn: string;
    readonly StartTime: string;
    readonly RedriveCount: number;
    readonly RedriveTime?: string;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
}

/** Which item of which Map an iteration works on. */
export type MapItem = {
  readonly Index: number;
  readonly Value: Json;
};

export interface ContextState {
  readonly name: string;
  readonly enteredAt: Date;
  /** Undefined in a state that cannot be retried. */
  readonly retryCount: number | undefined;
  readonly mapItem: MapItem | undefined;
  readonly taskToken: string | undefined;
}

/** `$states.context` and `$$`. Source: Developer Guide, "Accessing execution data from the Context object". */
export function contextObject({ Execution, StateMachine }: ExecutionContext, state: ContextState): JsonObject {
  return {
    Execution,
    StateMachine,
    State: {
      EnteredTime: state.enteredAt.toISOString(),
      Name: state.name,
      ...(state.retryCount !== undefined && { RetryCount: state.retryCount }),
    },
    ...(state.mapItem && { Map: { Item: state.mapItem } }),
    ...(state.taskToken !== undefined && { Task: { Token: state.taskToken } }),
  };
}
