import { type FlowOutline, outlinedStates, type StateOutline } from "@sfs3/sdk/flow";
import type { Finding } from "../finding.js";
import { covers } from "./covers.js";
import { type Change, inFlightReads } from "./in-flight.js";
import { finding } from "./rules.js";

/** What executions in flight of a flow need and today's code does not give. */
export function againstLock(older: FlowOutline, change: Change): readonly Finding[] {
  const current = change.after[older.name];
  if (current === undefined) return [machineRemoved(older.name)];
  return [
    ...topicChanged(older, current),
    ...stepsRemoved(older, current),
    ...flowsRemoved(older, change),
    ...routesRemoved(older, current),
    ...inFlightReads(older, change),
    ...inputTightened(older, current),
  ];
}

const machineRemoved = (flow: string): Finding =>
  finding("in-flight-machine-removed", {
    flow,
    message: `${flow}: the lock file has it, and the module does not export it. Where its machine is deleted, its executions end at their next state; export it until they have ended.`,
  });

function topicChanged({ name: flow, topicRoot }: FlowOutline, current: FlowOutline): readonly Finding[] {
  if (topicRoot === current.topicRoot) return [];
  const message = `${flow}: its topic root was '${topicRoot}' and is '${current.topicRoot}'. Executions in flight announce their end under '${topicRoot}'; keep it, or let the machine and its listeners have both until they have ended.`;
  return [finding("in-flight-topic-changed", { flow, message })];
}

function stepsRemoved({ name: flow, states, steps }: FlowOutline, current: FlowOutline): readonly Finding[] {
  const gone = Object.keys(steps).filter((step) => !Object.hasOwn(current.steps, step));
  return gone.map((step) => {
    const caller = [...outlinedStates(states)].find((state) => "step" in state && state.step === step);
    return finding("in-flight-step-removed", {
      flow,
      ...(caller && { state: caller.name }),
      message: `${flow}: the step '${step}' is gone or renamed, and executions in flight still call its function. Deploy it under its name until they have ended.`,
    });
  });
}

function flowsRemoved({ name: flow, states }: FlowOutline, { after }: Change): readonly Finding[] {
  const starts = [...outlinedStates(states)].flatMap((state) => (state.kind === "start" ? [state] : []));
  return starts
    .filter((state) => !Object.hasOwn(after, state.flow))
    .map((state) =>
      finding("in-flight-flow-removed", {
        flow,
        state: state.name,
        message: `${flow}: '${state.name}' of executions in flight starts the flow '${state.flow}', which is gone or renamed. Export it until they have ended.`,
      }),
    );
}

/** A route value as conditions, counts and waits name it in JSONata. */
const ROUTE_VALUE = /\$states\.input\.route\.`([^`]+)`\.`([^`]+)`/g;

function routesRemoved({ name: flow, states, steps }: FlowOutline, current: FlowOutline): readonly Finding[] {
  const today = new Set([...outlinedStates(current.states)].flatMap(routeValues).map(({ path }) => path));
  const found = [...outlinedStates(states)].flatMap((state) =>
    routeValues(state).flatMap(({ step, path }) => {
      const [was, is] = [steps[step], current.steps[step]];
      // Passes and callbacks set theirs within the definition, which executions in flight keep.
      if (was?.route !== true || is === undefined || today.has(path)) return [];
      const rule = is.route ? "in-flight-route-unsure" : "in-flight-route-removed";
      const why = is.route
        ? `which nothing reads any more. See that '${step}' still sets it.`
        : `and '${step}' sets none any more. Keep its route until they have ended.`;
      const message = `${flow}: '${state.name}' of executions in flight reads the route value '${path}', ${why}`;
      return [finding(rule, { flow, state: state.name, message })];
    }),
  );
  return found.filter(({ message }, index) => found.findIndex((other) => other.message === message) === index);
}

function routeValues(state: StateOutline): readonly { readonly step: string; readonly path: string }[] {
  const matches = expressionsOf(state).flatMap((expression) => [...expression.matchAll(ROUTE_VALUE)]);
  return matches.map(([, step = "", value = ""]) => ({ step, path: `${step}.${value}` }));
}

function expressionsOf(state: StateOutline): readonly string[] {
  switch (state.kind) {
    case "choice":
      return state.cases.map(({ when }) => when);
    case "map":
      return state.count === undefined ? [] : [state.count];
    case "repeat":
      return [state.until];
    case "wait":
      return [String("seconds" in state ? state.seconds : state.until)];
    default:
      return [];
  }
}

function inputTightened({ name: flow, takes }: FlowOutline, current: FlowOutline): readonly Finding[] {
  const verdict = covers({ schema: takes, root: takes }, { schema: current.takes, root: current.takes });
  if (verdict === "yes") return [];
  const surely = verdict === "unknown" ? "may not take" : "does not take";
  const message = `${flow}: it ${surely} every input that it took before. New executions are refused where the caller has not changed; let it take both for a while.`;
  return [finding("input-tightened", { flow, message, ...(verdict === "unknown" && { severity: "info" as const }) })];
}
