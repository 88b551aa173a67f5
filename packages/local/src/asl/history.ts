import { StateFailure } from "./errors.js";

/** One event of an execution, as GetExecutionHistory lists them. */
export interface HistoryEvent {
  /** Counted from 1. */
  readonly id: number;
  /** The event that led to this one, along its own branch; 0 for the first. */
  readonly previousEventId: number;
  readonly timestamp: Date;
  /** AWS's name of the event, such as `TaskStateEntered`. */
  readonly type: string;
  /** What AWS puts under `...EventDetails`. */
  readonly details: EventDetails | undefined;
  /** Of a state that was left: the state that comes next, absent at the end of its sequence. AWS's events do not tell. */
  readonly next?: string;
}

export type EventDetails = Readonly<Record<string, unknown>>;

export interface History {
  record(type: string, previousEventId: number, details: EventDetails | undefined, next?: string): number;
}

export interface HistoryOptions {
  readonly now: () => Date;
  readonly maxEvents: number;
  /** The id of the last event of an earlier run. */
  readonly lastId: number;
  readonly onEvent: ((event: HistoryEvent) => void) | undefined;
}

/** Largest history of a Standard execution. Source: Step Functions quotas. */
export const MAX_EVENTS = 25_000;

export function createHistory({ now, maxEvents, onEvent, ...options }: HistoryOptions): History {
  let { lastId } = options;
  return {
    record: (type, previousEventId, details, next) => {
      // The last place is kept for the event that closes the execution.
      if (lastId + 1 >= maxEvents && !type.startsWith("Execution")) throw historyFull(maxEvents);
      lastId += 1;
      const event = { id: lastId, previousEventId, timestamp: now(), type, details };
      onEvent?.(next === undefined ? event : { ...event, next });
      return lastId;
    },
  };
}

const historyFull = (maxEvents: number) =>
  new StateFailure("States.Runtime", `The execution reached the maximum number of history events (${maxEvents}).`, {
    catchable: false,
  });

/** AWS marks each input and output in history as whole or cut; here they are always whole. */
export const WHOLE = { truncated: false } as const;
