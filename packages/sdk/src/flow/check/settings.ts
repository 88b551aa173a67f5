import { isErrorList, retryProblem } from "../../retry-policy.js";
import { refusal } from "../refusal.js";
import type { FlowState } from "../state.js";
import type { Checked } from "./checked.js";

/** Lambda's longest run. Unit: seconds. Source: AWS Lambda quotas. */
const MAX_LAMBDA_SECONDS = 900;

/** Longest time of a state of Step Functions. Unit: seconds. Source: Amazon States Language. */
const MAX_STATE_SECONDS = 99_999_999;

interface Range {
  readonly min: number;
  readonly max: number;
}

type Setting = readonly [name: string, value: unknown, range: Range];

/** Numbers and times that ASL takes only within a range. */
export function checkSettings(state: FlowState, { flow, nameOf }: Checked): void {
  const where = `${flow.name}, '${nameOf(state)}'`;
  for (const [name, value, { min, max }] of settingsOf(state)) {
    if (value === undefined) continue;
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
      throw refusal(`${where}: ${name} is ${String(value)}.`, `Use an integer from ${min} to ${max}.`);
    }
  }
  if (state.kind === "wait" && "until" in state.wait) checkTimestamp(where, state.wait.until);
  if (state.kind === "callback" && (state.heartbeatSeconds ?? 0) >= (state.timeoutSeconds ?? MAX_STATE_SECONDS)) {
    throw refusal(
      `${where}: heartbeatSeconds is not below timeoutSeconds.`,
      "ASL wants the heartbeat to be the shorter one.",
    );
  }
  const retry = state.kind === "step" || state.kind === "callback" ? retryProblem(state.retry ?? []) : undefined;
  if (retry !== undefined) throw refusal(`${where}: ${retry}.`, "The fields are those of RetryPolicy.");
  const firstForAll = state.catchers.findIndex(({ errors }) => errors.includes("States.ALL"));
  if (firstForAll !== -1 && firstForAll < state.catchers.length - 1) {
    throw refusal(
      `${where}: a catch stands behind one of States.ALL.`,
      "Place the one for States.ALL last; it takes every error.",
    );
  }
  if (state.kind === "state" && state.catchers.length > 0 && "Catch" in state.asl) {
    throw refusal(`${where}: it has a Catch of its own and a .catch().`, "Use one of the two.");
  }
  if (!state.catchers.every(({ errors }) => isErrorList(errors))) {
    throw refusal(
      `${where}: a catch names no error, or States.ALL beside others.`,
      "Name one at least; States.ALL stands alone.",
    );
  }
}

function settingsOf(state: FlowState): readonly Setting[] {
  switch (state.kind) {
    case "step":
      return [["timeoutSeconds", state.timeoutSeconds, { min: 1, max: MAX_LAMBDA_SECONDS }]];
    case "callback":
      return [
        ["timeoutSeconds", state.timeoutSeconds, { min: 1, max: MAX_STATE_SECONDS }],
        ["heartbeatSeconds", state.heartbeatSeconds, { min: 1, max: MAX_STATE_SECONDS }],
      ];
    case "map":
      return [["maxConcurrency", state.maxConcurrency, { min: 0, max: 1000 }]];
    case "repeat":
      return [
        ["maxRounds", state.maxRounds, { min: 1, max: 10_000 }],
        ["pauseSeconds", state.pauseSeconds, { min: 0, max: MAX_STATE_SECONDS }],
      ];
    case "start":
      return [["timeoutSeconds", state.timeoutSeconds, { min: 1, max: MAX_STATE_SECONDS }]];
    case "wait":
      return "seconds" in state.wait && "fixed" in state.wait.seconds
        ? [["seconds", state.wait.seconds.fixed, { min: 0, max: MAX_STATE_SECONDS }]]
        : [];
    default:
      return [];
  }
}

function checkTimestamp(where: string, until: { readonly fixed: string } | { readonly jsonata: string }): void {
  if (!("fixed" in until)) return;
  const isTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(until.fixed);
  if (!isTimestamp || Number.isNaN(Date.parse(until.fixed))) {
    throw refusal(`${where}: '${until.fixed}' is not a time.`, "Use ISO 8601 with a zone, as 2030-01-31T12:00:00Z.");
  }
}
