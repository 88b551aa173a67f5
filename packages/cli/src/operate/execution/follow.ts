import { setTimeout as sleepMs } from "node:timers/promises";
import type { HistoryEvent } from "@sfs3/local";
import { createColors } from "picocolors";
import { CliError } from "../../cli-error.js";
import { EXIT_CODES } from "../../exit-codes.js";
import type { ExportedFlow } from "../../flow-module.js";
import type { Io } from "../../io.js";
import { createProgress, machineOf } from "../../run/progress.js";
import { waitsOf } from "../../run/waits.js";
import type { Aws } from "../aws.js";
import { eventsAfter } from "./history.js";
import { describe, type ExecutionSummary, goesOn, summarize } from "./summary.js";

export interface Followed {
  readonly executionArn: string;
  /** Flows whose waits can be told in words. */
  readonly flows: readonly ExportedFlow[];
  /** Unit: seconds. Default: no limit. */
  readonly timeoutSeconds?: number | undefined;
  /** The last event that is no news and not told. Default: 0, all are. */
  readonly toldId?: number;
}

/** History is asked for so often while things happen, and less and less while nothing does. Unit: milliseconds. */
const PAUSE_MS = { first: 250, max: 5_000, growth: 1.5 };

/**
 * Tells on stderr what happens in an execution, as `sfs3 run` does, until it has ended.
 *
 * @throws `CliError` where there is no such execution, time is over, or the user asks to stop; the execution goes on then
 */
export async function follow(aws: Aws, followed: Followed, io: Io): Promise<ExecutionSummary> {
  const { executionArn, timeoutSeconds } = followed;
  const endMs = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutSeconds * 1_000;
  const tell = createTeller(followed, io);
  const history: HistoryEvent[] = [];
  for (let pauseMs = PAUSE_MS.first; ; ) {
    // Asked before the history, which is whole where the execution has ended by then.
    const described = await unlessLeft(executionArn, aws, () => describe(aws, executionArn));
    const news = await unlessLeft(executionArn, aws, () => eventsAfter(aws, executionArn, history.at(-1)?.id ?? 0));
    news.forEach(tell);
    history.push(...news);
    if (!goesOn(described.status ?? "")) return summarize(described, history);
    const leftMs = endMs - Date.now();
    if (leftMs <= 0) throw notEnded(executionArn, `has not ended within ${timeoutSeconds} s`);
    pauseMs = news.length > 0 ? PAUSE_MS.first : Math.min(pauseMs * PAUSE_MS.growth, PAUSE_MS.max);
    // Whoever aborts it is heard by the next request.
    await sleepMs(Math.min(pauseMs, leftMs), undefined, { signal: aws.signal }).catch(() => {});
  }
}

/** A process that nobody follows any more is none that has been stopped. */
async function unlessLeft<T>(executionArn: string, { signal }: Aws, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw signal.aborted ? notEnded(executionArn, "is not followed any more") : error;
  }
}

const notEnded = (executionArn: string, what: string): CliError =>
  new CliError(
    `${txnIdOf(executionArn)} ${what}; it goes on. Follow it again: sfs3 wait ${executionArn}. End it: sfs3 stop ${executionArn}`,
    { exitCode: EXIT_CODES.running },
  );

const txnIdOf = (executionArn: string): string => executionArn.slice(executionArn.lastIndexOf(":") + 1);

function createTeller({ executionArn, flows, toldId = 0 }: Followed, { stderr }: Io): (event: HistoryEvent) => void {
  const colors = createColors(stderr.isTTY === true);
  const describeEvent = createProgress({ colors, waits: waitsOf(flows), url: "Step Functions" });
  return (event) => {
    const line = describeEvent(executionArn, event);
    if (line !== undefined && event.id > toldId) stderr.write(`${colors.dim(machineOf(executionArn))}  ${line}\n`);
  };
}
