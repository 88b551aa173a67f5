/** Progress of a step, as the step publishes it. */
export interface ProgressEvent {
  readonly transactionId: string;
  readonly step: string;
  /** `SUCCEEDED` or `FAILED`; a failure may be tried again. */
  readonly status: string;
  /** When it happened: ISO 8601, UTC. */
  readonly at?: string;
  /** Unit: milliseconds. */
  readonly durationMs?: number;
  /** Which attempt of the state it was, counted from 1. */
  readonly attempt?: number;
}

/** What arrives on a topic of a process. */
export type Message =
  | { readonly kind: "end"; readonly transactionId: string; readonly status: "SUCCEEDED" | "FAILED" }
  | { readonly kind: "progress"; readonly event: ProgressEvent };

/** The word comes with and without JSON's quotes around it. */
const END = /^"?(SUCCEEDED|FAILED)"?$/;

/**
 * Reads a message. A terminal one names its transaction in the topic's last level, progress in the last but one.
 *
 * @returns `undefined` for what is neither; others may use the topics, too
 */
export function readMessage(topic: string, payload: string): Message | undefined {
  const [before, last] = topic.split("/").slice(-2);
  if (before === undefined || last === undefined) return undefined;
  const [, status] = END.exec(payload) ?? [];
  if (status === "SUCCEEDED" || status === "FAILED") return { kind: "end", transactionId: last, status };
  const event = readProgress(payload, { transactionId: before, step: last });
  return event === undefined ? undefined : { kind: "progress", event };
}

function readProgress(
  payload: string,
  { transactionId, step }: { readonly transactionId: string; readonly step: string },
): ProgressEvent | undefined {
  const body = parseObject(payload);
  if (body?.step !== step || typeof body.status !== "string") return undefined;
  const { status, at, durationMs, attempt } = body;
  return {
    transactionId,
    step,
    status,
    ...(typeof at === "string" && { at }),
    ...(typeof durationMs === "number" && { durationMs }),
    ...(typeof attempt === "number" && { attempt }),
  };
}

/** The members of a JSON object; `undefined` for any other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // Not JSON: whoever reads it says what that means.
    return undefined;
  }
}
