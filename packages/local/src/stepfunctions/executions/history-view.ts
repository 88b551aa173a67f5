import type { HistoryEvent } from "../../asl/index.js";
import { type PageRequest, pageOf } from "../paging.js";

export interface HistoryRequest extends PageRequest {
  readonly reverseOrder?: boolean | undefined;
  /** Whether events show inputs, outputs and the like. Default: true. */
  readonly includeExecutionData?: boolean | undefined;
}

const DATA_FIELDS = ["input", "output", "parameters", "assignedVariables"];

/** One page of a history, in AWS's shape. */
export function historyPage(events: readonly HistoryEvent[], request: HistoryRequest) {
  const ordered = request.reverseOrder === true ? [...events].reverse() : events;
  const { page, ...token } = pageOf(ordered, ({ id }) => String(id), request);
  return { events: page.map((event) => awsEvent(event, request.includeExecutionData !== false)), ...token };
}

function awsEvent({ timestamp, type, id, previousEventId, details }: HistoryEvent, includeData: boolean) {
  const shown = includeData || details === undefined ? details : withoutData(details);
  return { timestamp, type, id, previousEventId, ...(shown !== undefined && { [detailsKey(type)]: shown }) };
}

const withoutData = (details: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(details).filter(([name]) => !DATA_FIELDS.includes(name)));

function detailsKey(type: string): string {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
