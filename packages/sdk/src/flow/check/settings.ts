import { isErrorList, retryProblem } from "../../retry-policy.js";
import type { Distribution, FlowState } from "../state.js";
import type { Checked, Problems } from "./checked.js";

/** Lambda's longest run. Unit: seconds. Source: AWS Lambda quotas. */
const MAX_LAMBDA_SECONDS = 900;

/** Longest time of a state of Step Functions. Unit: seconds. Source: Amazon States Language. */
const MAX_STATE_SECONDS = 99_999_999;

/** Most items of a distributed Map. Source: AWS Step Functions Developer Guide, "ItemReader (Map)". */
const MAX_ITEMS = 100_000_000;

interface Range {
  readonly min: number;
  readonly max: number;
}

type Setting = readonly [name: string, value: unknown, range: Range];

/** Numbers, times and lists that ASL takes only within bounds. */
export function* checkSettings(state: FlowState, { flow, nameOf }: Checked): Problems {
  const where = `${flow.name}, '${nameOf(state)}'`;
  const rule = takesTooLong(state) ? "timeout-over-lambda" : "invalid-setting";
  for (const [what, wayOut] of outOfRange(state)) {
    yield { rule, flow: flow.name, state: nameOf(state), what: `${where}: ${what}`, wayOut };
  }
  for (const [what, wayOut] of [...contradictions(state), ...catchProblems(state)]) {
    yield { rule: "invalid-setting", flow: flow.name, state: nameOf(state), what: `${where}: ${what}`, wayOut };
  }
}

const takesTooLong = (state: FlowState): boolean =>
  state.kind === "step" && (state.timeoutSeconds ?? 0) > MAX_LAMBDA_SECONDS;

/** What is wrong, and the way out. */
type Wrong = readonly [what: string, wayOut: string];

function* outOfRange(state: FlowState): Iterable<Wrong> {
  for (const [name, value, { min, max }] of settingsOf(state)) {
    if (value === undefined) continue;
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
      yield [`${name} is ${String(value)}.`, `Use an integer from ${min} to ${max}.`];
    }
  }
}

function* contradictions(state: FlowState): Iterable<Wrong> {
  if (state.kind === "wait" && "until" in state.wait && "fixed" in state.wait.until) {
    const { fixed } = state.wait.until;
    if (!isTimestamp(fixed)) yield [`'${fixed}' is not a time.`, "Use ISO 8601 with a zone, as 2030-01-31T12:00:00Z."];
  }
  if (state.kind === "callback" && (state.heartbeatSeconds ?? 0) >= (state.timeoutSeconds ?? MAX_STATE_SECONDS)) {
    yield ["heartbeatSeconds is not below timeoutSeconds.", "ASL wants the heartbeat to be the shorter one."];
  }
  if (state.kind === "map" && state.distributed !== undefined) yield* distributionProblems(state.distributed);
  const retry = state.kind === "step" || state.kind === "callback" ? retryProblem(state.retry ?? []) : undefined;
  if (retry !== undefined) yield [`${retry}.`, "The fields are those of RetryPolicy."];
}

function* distributionProblems(distributed: Distribution): Iterable<Wrong> {
  const { executionType, toleratedFailureCount, toleratedFailurePercentage } = distributed;
  if (executionType !== "STANDARD" && executionType !== "EXPRESS") {
    yield [`distributed.executionType is ${String(executionType)}.`, "Use STANDARD or EXPRESS."];
  }
  if (toleratedFailureCount !== undefined && toleratedFailurePercentage !== undefined) {
    yield ["it tolerates both a count and a percentage of failures.", "Give one of the two."];
  }
}

function* catchProblems(state: FlowState): Iterable<Wrong> {
  const firstForAll = state.catchers.findIndex(({ errors }) => errors.includes("States.ALL"));
  if (firstForAll !== -1 && firstForAll < state.catchers.length - 1) {
    yield ["a catch stands behind one of States.ALL.", "Place the one for States.ALL last; it takes every error."];
  }
  if (state.kind === "state" && state.catchers.length > 0 && "Catch" in state.asl) {
    yield ["it has a Catch of its own and a .catch().", "Use one of the two."];
  }
  if (!state.catchers.every(({ errors }) => isErrorList(errors))) {
    yield ["a catch names no error, or States.ALL beside others.", "Name one at least; States.ALL stands alone."];
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
      return [["maxConcurrency", state.maxConcurrency, { min: 0, max: 1000 }], ...distributionSettings(state)];
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

const distributionSettings = ({ distributed = {} }: { readonly distributed?: Partial<Distribution> | undefined }) =>
  [
    // An iteration leaves some seven events in its child's history, which holds 25,000.
    ["distributed.batchSize", distributed.batchSize, { min: 1, max: 1000 }],
    ["distributed.maxConcurrency", distributed.maxConcurrency, { min: 0, max: 10_000 }],
    ["distributed.toleratedFailureCount", distributed.toleratedFailureCount, { min: 0, max: MAX_ITEMS }],
    ["distributed.toleratedFailurePercentage", distributed.toleratedFailurePercentage, { min: 0, max: 100 }],
  ] as const satisfies readonly Setting[];

const isTimestamp = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
