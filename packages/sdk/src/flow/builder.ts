import type { output } from "zod/v4/core";
import { NAME_PATTERN, TOPIC_ROOT_PATTERN } from "../names.js";
import type { Layout } from "../sidecar/layout.js";
import { LAYOUTS } from "../sidecar/layout.js";
import type { AnyStep, Schema } from "../step.js";
import type { Flow } from "./flow.js";
import { FLOW_BRAND, isFlow } from "./is-flow.js";
import { refusal } from "./refusal.js";
import type { FlowDefinition } from "./state.js";
import { type Chain, everyState, type FlowState } from "./state.js";
import { type Branch, type Point, STATE_MAKERS, type StateMaker } from "./state-makers.js";
import type { Json } from "./types/json.js";
import type { Known, Passed } from "./types/known.js";
import { checkWord } from "./words.js";

/** What a flow knows before its first state. */
type Initial<TInput extends Schema> = Known<
  Extract<Json<output<TInput>>, object>,
  Record<never, never>,
  never,
  never,
  true,
  Passed<Record<never, never>, Record<never, never>>
>;

/**
 * Begins a flow.
 *
 * @param name the process's name, `[A-Za-z0-9_-]{1,64}`; names the state machine
 * @throws `FlowDefinitionError` for a name or a topic root that breaks the wire contract
 *
 * @example
 * ```ts
 * import { flow } from "@sfs3/sdk/flow";
 * import * as z from "zod";
 * import { charge, reserve } from "./steps.js";
 *
 * export const orders = flow("Orders", { input: z.object({ orderId: z.string() }), topicRoot: "orders" })
 *   .step(reserve)
 *   .step(charge, { timeoutSeconds: 30 });
 * ```
 */
export function flow<TInput extends Schema>(
  name: string,
  options: {
    /** What the process is started with: an object schema. */
    readonly input: TInput;
    /** First level of the topics that the process publishes on. Default: the name. */
    readonly topicRoot?: string;
    /**
     * How the data lies in S3: one `document`, or a part for each output. Default: `parts` where the flow has a map or
     * more than two steps side by side, else `document`.
     */
    readonly layout?: Layout;
    /**
     * Leaves the failure of a state to Step Functions, so that a redrive resumes in the state that failed. The machine then
     * announces no failure that it has not decided itself; the status notifier does, for which the process needs one.
     *
     * Default: `false`, the machine catches the failure, announces it and ends in a Fail state, which a redrive would enter again.
     * Source: AWS Step Functions Developer Guide, "Restarting state machine executions with redrive in Step Functions".
     */
    readonly redrivable?: boolean;
  },
): Flow<Initial<TInput>> {
  const { input, topicRoot = name, layout, redrivable = false, ...unknown } = options ?? {};
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) {
    throw refusal(
      `${name}: a flow knows no option '${misspelt}'.`,
      "Its options are input, topicRoot, layout, redrivable.",
    );
  }
  if (!NAME_PATTERN.test(name)) {
    throw refusal(`${JSON.stringify(name)} is no name for a flow.`, `Use ${NAME_PATTERN.source}.`);
  }
  if (!TOPIC_ROOT_PATTERN.test(topicRoot)) {
    throw refusal(
      `${name}: ${JSON.stringify(topicRoot)} is no topic root.`,
      "Use letters, digits, '_' and '-', at most 61 characters, in 1 to 4 levels joined by '/'.",
    );
  }
  if (layout !== undefined && !LAYOUTS.some((known) => known === layout)) {
    throw refusal(`${name}: ${JSON.stringify(layout)} is no layout.`, `Use ${LAYOUTS.join(" or ")}, or leave it out.`);
  }
  if (typeof redrivable !== "boolean") {
    throw refusal(`${name}: redrivable is ${JSON.stringify(redrivable)}.`, "Use true or false, or leave it out.");
  }
  if (typeof input !== "object" || !("_zod" in input)) {
    throw refusal(`${name} has no input schema.`, "Give one of zod 4 or zod/mini: { input: z.object({ ... }) }.");
  }
  return grow({ name, input, topicRoot, layout, redrivable }) as Flow<Initial<TInput>>;
}

interface Head {
  readonly name: string;
  readonly input: Schema;
  readonly topicRoot: string;
  readonly layout: Layout | undefined;
  readonly redrivable: boolean;
}

/** States are linked backwards, so that a flow of n states is built in n steps and shares all it has with its origin. */
interface Link {
  readonly state: FlowState;
  readonly previous: Link | undefined;
}

function grow(head: Head, last?: Link): FlowDefinition {
  const states = lazily(() => toChain(last));
  const at: Point = {
    flowName: head.name,
    states,
    path: (build) => statesAfter(here, build(here), head),
  };
  const vocabulary = Object.entries<StateMaker>(STATE_MAKERS).map(([word, make]) => [
    word,
    (...args: never[]) => {
      checkWord(head.name, word, args);
      return grow(head, { state: make(at, ...args), previous: last });
    },
  ]);
  const here: FlowDefinition = Object.freeze({
    [FLOW_BRAND]: true,
    ...head,
    get states() {
      return states();
    },
    get handlers() {
      return handlersOf(states());
    },
    ...Object.fromEntries(vocabulary),
    catch: (errors: readonly string[], recovery: Branch) => grow(head, caught(head, last, errors, recovery)),
  });
  return here;
}

/** Kinds of states that ASL gives a Catch. */
const CAN_FAIL: ReadonlySet<FlowState["kind"]> = new Set(["step", "callback", "parallel", "map", "start", "state"]);

/** The last state again, with one more catcher. Its recovery sets out from before the state. */
function caught(head: Head, last: Link | undefined, errors: readonly string[], recovery: Branch): Link {
  if (last === undefined) {
    throw refusal(
      `${head.name}: a catch without a state before it.`,
      "Place it behind the state whose errors it catches.",
    );
  }
  if (!CAN_FAIL.has(last.state.kind)) {
    throw refusal(
      `${head.name}: a ${last.state.kind} cannot fail, so there is nothing to catch.`,
      "Place the catch behind the step that can.",
    );
  }
  if (!Array.isArray(errors)) {
    throw refusal(`${head.name}: a catch has no list of error names.`, 'Give it an array: .catch(["Declined"], ...).');
  }
  const origin = grow(head, last.previous);
  const catcher = { errors, recovery: statesAfter(origin, recovery(origin), head) };
  return { state: { ...last.state, catchers: [...last.state.catchers, catcher] }, previous: last.previous };
}

/** The states that a path added to the flow it was given. */
function statesAfter(origin: FlowDefinition, end: unknown, { name }: Head): Chain {
  const length = origin.states.length;
  if (!isFlow(end) || end.states[length - 1] !== origin.states[length - 1]) {
    throw refusal(
      `${name}: a branch returned something else than its own flow.`,
      "Return what the branch's last call returns: (branch) => branch.step(...).",
    );
  }
  return end.states.slice(length);
}

function toChain(last: Link | undefined): Chain {
  const states: FlowState[] = [];
  for (let link = last; link !== undefined; link = link.previous) states.push(link.state);
  return Object.freeze(states.reverse());
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function handlersOf(chain: Chain): Record<string, AnyStep> {
  const handlers: Record<string, AnyStep> = {};
  for (const state of everyState(chain)) {
    if (state.kind === "step" || state.kind === "callback") handlers[state.step.options.name] = state.step;
  }
  return handlers;
}
