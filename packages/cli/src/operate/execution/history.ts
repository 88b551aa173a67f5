import type { HistoryEvent as AwsEvent } from "@aws-sdk/client-sfn";
import type { HistoryEvent } from "@sfs3/local";
import { type Aws, request } from "../aws.js";

/** Most that a page can hold. Source: AWS Step Functions API Reference, GetExecutionHistory, `maxResults`. */
const PAGE_EVENTS = 1_000;

/**
 * What has happened in an execution since the event `afterId`, in the order of its happening.
 *
 * Newest first, so that whoever follows a long execution reads what is new and no more.
 */
export async function eventsAfter(aws: Aws, executionArn: string, afterId: number): Promise<readonly HistoryEvent[]> {
  const newestFirst: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await request(aws, `The history of ${executionArn} cannot be read`, (options) =>
      aws.sfn.getExecutionHistory({ executionArn, reverseOrder: true, maxResults: PAGE_EVENTS, nextToken }, options),
    );
    const events = (page.events ?? []).map(historyEvent);
    newestFirst.push(...events.filter(({ id }) => id > afterId));
    nextToken = events.some(({ id }) => id <= afterId) ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return newestFirst.reverse();
}

export const wholeHistory = (aws: Aws, executionArn: string) => eventsAfter(aws, executionArn, 0);

/** AWS names the details after the type; each event has those of one type at most. */
function historyEvent(event: AwsEvent): HistoryEvent {
  const { id = 0, previousEventId = 0, timestamp = new Date(0), type = "" } = event;
  const [, details] = Object.entries(event).find(([name]) => name.endsWith("EventDetails")) ?? [];
  return { id, previousEventId, timestamp, type, details: details as HistoryEvent["details"] };
}
