import { type AslDefinition, END_STATES, type FlowDefinition, toAsl } from "@sfs3/sdk/flow";
import type { ScenarioKit } from "./scenario-kit.js";

/** A process to run: what its author wrote. */
export interface Process {
  readonly flow: FlowDefinition;
  readonly definition: AslDefinition;
}

export interface Scenario {
  readonly name: string;
  /** Output keys of steps in Maps. */
  readonly mapped: readonly string[];
  /** The states that announce the end. */
  readonly announcing: readonly string[];
  /**
   * Whether a step says SUCCEEDED itself. It has committed by then; a machine that never gets its answer, and whose further
   * attempts find S3 away, fails nevertheless.
   */
  readonly mayFailAfterSuccess: boolean;
  /** Whether the flow itself ends what is declined, which no redrive changes. */
  readonly decidesFailure: boolean;
  readonly build: (kit: ScenarioKit) => Process;
}

const GENERATED = [END_STATES.publishSucceeded, END_STATES.publishFailed];

const processOf = (flow: FlowDefinition): Process => ({ flow, definition: toAsl(flow) });

const sequence: Scenario = {
  name: "a sequence",
  mapped: [],
  announcing: GENERATED,
  mayFailAfterSuccess: false,
  decidesFailure: false,
  build: ({ step, begin }) => {
    const [reserve, charge] = [step("reserve"), step("charge", { reads: ["reserve"], declines: true })];
    const [order, ship] = [step("order", { starts: true }), step("ship", { reads: ["charge", "order"] })];
    return processOf(begin("Sequence").step(reserve).step(charge).step(order).step(ship));
  },
};

const branches: Scenario = {
  name: "branches that meet",
  mapped: [],
  announcing: GENERATED,
  mayFailAfterSuccess: false,
  decidesFailure: false,
  build: ({ step, begin }) => {
    const [left, right] = [step("left"), step("right", { starts: true })];
    const [above, after] = [step("above"), step("after", { reads: ["above"] })];
    const join = step("join", { reads: ["left", "right", "after"], declines: true });
    const process = begin("Branches")
      .parallel(
        (branch) => branch.step(left),
        (branch) => branch.step(right),
        (branch) => branch.step(above).step(after),
      )
      .step(join);
    return processOf(process);
  },
};

const items: Scenario = {
  name: "items side by side",
  mapped: ["pack-output"],
  announcing: GENERATED,
  mayFailAfterSuccess: false,
  decidesFailure: false,
  build: ({ step, begin }) => {
    const [list, pack] = [step("list"), step("pack", { reads: ["list"], starts: true })];
    const label = step("label", { declines: true });
    const process = begin("Items")
      .step(list)
      .map({ over: "lines", count: (route) => route.list.count }, (item) => item.step(pack))
      .step(label);
    return processOf(process);
  },
};

const rounds: Scenario = {
  name: "rounds",
  mapped: [],
  announcing: GENERATED,
  mayFailAfterSuccess: false,
  decidesFailure: false,
  build: ({ step, begin }) => {
    const [open, note] = [step("open"), step("note")];
    const ask = step("ask", { reads: ["open", "note"], starts: true, countsRounds: true });
    const close = step("close", { reads: ["ask"], declines: true });
    const process = begin("Rounds")
      .step(open)
      .repeat((round) => round.step(note).step(ask), {
        until: (route) => route.ask.count.atLeast(3),
        maxRounds: 5,
        pauseSeconds: 2,
      })
      .step(close);
    return processOf(process);
  },
};

/** An attempt that the machine gave up may go on while later rounds begin and end. */
const givenUp: Scenario = {
  name: "rounds that are given up",
  mapped: [],
  announcing: GENERATED,
  mayFailAfterSuccess: false,
  decidesFailure: false,
  build: ({ step, begin }) => {
    const [open, note] = [step("open"), step("note", { isTriedOnce: true })];
    const poll = step("poll", { countsRounds: true });
    const close = step("close", { declines: true });
    const process = begin("GivenUp")
      .step(open)
      .repeat(
        (round) =>
          round
            .step(note)
            .catch(["States.ALL"], (way) => way.pass("later"))
            .step(poll),
        {
          until: (route) => route.poll.count.atLeast(4),
          maxRounds: 5,
          pauseSeconds: 1,
        },
      )
      .step(close);
    return processOf(process);
  },
};

const recovery: Scenario = {
  name: "a failure that is caught",
  mapped: [],
  announcing: GENERATED,
  mayFailAfterSuccess: false,
  decidesFailure: true,
  build: ({ step, begin }) => {
    const [charge, refund] = [step("charge", { declines: true, starts: true }), step("refund")];
    const tell = step("tell", { reads: ["refund"] });
    const [invoice, parcel] = [step("invoice"), step("parcel", { reads: ["charge"] })];
    const process = begin("Recovery")
      .step(charge)
      .catch(["Declined", "States.Timeout"], (way) => way.step(refund).step(tell).fail({ error: "Refunded" }))
      .parallel(
        (branch) => branch.step(invoice),
        (branch) => branch.step(parcel),
      );
    return processOf(process);
  },
};

/** As somebody writes a machine by hand: nothing in it announces the end, so the last step does. */
const spoken: Scenario = {
  name: "a last step that announces the end",
  mapped: [],
  announcing: ["settle"],
  mayFailAfterSuccess: true,
  decidesFailure: false,
  build: ({ step, begin }) => {
    const [read, settle] = [step("read"), step("settle", { reads: ["read"], declines: true, notify: "terminal" })];
    const process = begin("Spoken").step(read).step(settle);
    return { flow: process, definition: silent(toAsl(process)) };
  },
};

/** The definition without the states that announce ends, and what leads there. */
const silent = ({ States, ...definition }: AslDefinition): AslDefinition => {
  const { PublishSucceeded: _spoken, PublishFailed: _too, Failed: _unreachable, ...states } = States;
  const text = JSON.stringify(states, (key, value: unknown) =>
    key === "Catch" ? undefined : value === END_STATES.publishSucceeded ? "Succeeded" : value,
  );
  return { ...definition, States: JSON.parse(text) as AslDefinition["States"] };
};

export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [
  sequence,
  branches,
  items,
  rounds,
  givenUp,
  recovery,
  spoken,
];
