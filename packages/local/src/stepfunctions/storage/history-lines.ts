import type { HistoryEvent } from "../../asl/index.js";
import { linesOf } from "./lines.js";

/** A line of a history log: the number of the execution, a space, and the event. */
export const lineOf = (id: number, event: HistoryEvent): string => `${id} ${JSON.stringify(event)}\n`;

export function eventOf(line: string): HistoryEvent {
  const event: HistoryEvent = JSON.parse(line.slice(line.indexOf(" ") + 1));
  return { ...event, timestamp: new Date(event.timestamp) };
}

/** The events of one execution among the lines of many. */
export function eventsIn(text: string, id: number): readonly HistoryEvent[] {
  const start = `${id} `;
  return linesOf(text)
    .lines.filter((line) => line.startsWith(start))
    .map(eventOf);
}

export interface FoundLine {
  readonly id: number;
  /** Unit: bytes. */
  readonly from: number;
  readonly to: number;
  readonly event: HistoryEvent;
}

const NEWLINE = 10;
const SPACE = 32;

/** The lines of some executions, with where they are. A torn last line is none. */
export function findLines(log: Buffer, ids: { has(id: number): boolean }): readonly FoundLine[] {
  const found: FoundLine[] = [];
  let from = 0;
  for (let end = log.indexOf(NEWLINE); end !== -1; end = log.indexOf(NEWLINE, from)) {
    const id = Number(log.toString("latin1", from, log.indexOf(SPACE, from)));
    if (ids.has(id)) found.push({ id, from, to: end + 1, event: eventOf(log.toString("utf8", from, end)) });
    from = end + 1;
  }
  return found;
}
