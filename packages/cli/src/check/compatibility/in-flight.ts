import {
  canProvide,
  type DocumentEvent,
  type DocumentModel,
  type FlowOutline,
  type FollowedDocument,
  type FollowedSlot,
  followDocument,
  type JsonSchema,
  type PlacedSchema,
  propertiesOf,
  slotOf,
} from "@sfs3/sdk/flow";
import type { Finding } from "../finding.js";
import { covers } from "./covers.js";
import { finding } from "./rules.js";

/** Flows by name, as they were and as they are. */
export interface Change {
  readonly before: Readonly<Record<string, FlowOutline>>;
  readonly after: Readonly<Record<string, FlowOutline>>;
}

/**
 * Whether the code of today can do the rest of executions that began with the older definition. They keep that definition
 * to their end; the functions it calls are replaced under them. So the older flow is followed, and each of its states
 * reads with today's schema what either yesterday's or today's code has written before it.
 */
export function inFlightReads(older: FlowOutline, change: Change): readonly Finding[] {
  const findings = [...followDocument(older, inFlightModel(change))].flatMap((event) =>
    event.kind === "read" ? readFindings(event, change) : [],
  );
  // A repeat is followed twice.
  return findings.filter(({ message }, index) => findings.findIndex((other) => other.message === message) === index);
}

/** Structure of yesterday, schemas of today; what a step wrote may be of either. */
const inFlightModel = ({ before, after }: Change): DocumentModel => ({
  flows: before,
  reads: (flow, step) => after[flow]?.steps[step]?.reads,
  takes: (flow) => after[flow]?.takes,
  writes: (flow, step) => {
    const [was, is] = [before[flow]?.steps[step], after[flow]?.steps[step]];
    if (was === undefined) return [];
    const old = slotOf(was.writes, { flow, step });
    if (is === undefined) return [[was.outputKey, old]];
    const current = slotOf(is.writes, { flow, step });
    if (is.outputKey === was.outputKey) {
      return [[was.outputKey, { ...old, schemas: [...old.schemas, ...current.schemas] }]];
    }
    // Which of the two depends on whether the step has run before the change or after it.
    return [
      [was.outputKey, { ...old, certain: false }],
      [is.outputKey, { ...current, certain: false }],
    ];
  },
});

type Read = Extract<DocumentEvent, { readonly kind: "read" }>;

/** What one of today's readers requires or looks at, beside what yesterday's did in its place. */
interface Comparison {
  readonly key: string;
  readonly needed: PlacedSchema & { readonly required: boolean };
  readonly formerly: PlacedSchema | undefined;
  readonly slot: FollowedSlot | undefined;
  readonly change: Change;
}

function readFindings(read: Read, change: Change): readonly Finding[] {
  const { flow, state, needs, document } = read;
  const former = formerNeeds(read, change);
  return [...(propertiesOf(needs) ?? [])].flatMap(([key, needed]) => {
    const comparison: Comparison = {
      key,
      needed: { ...needed, root: needs },
      formerly: placed(former, key),
      slot: document.get(key),
      change,
    };
    const problem = problemOf(comparison, document);
    if (problem === undefined) return [];
    const reader =
      state.kind === "start" ? `the flow '${state.flow}', which '${state.name}' starts,` : `'${state.name}'`;
    return [finding(problem.rule, { flow, state: state.name, message: `${flow}: ${reader} ${problem.why}` })];
  });
}

function formerNeeds({ flow, state }: Read, { before }: Change): JsonSchema | undefined {
  if (state.kind === "start") return before[state.flow]?.takes;
  return "step" in state ? before[flow]?.steps[state.step]?.reads : undefined;
}

function placed(schema: JsonSchema | undefined, key: string): PlacedSchema | undefined {
  const property = schema === undefined ? undefined : propertiesOf(schema)?.get(key);
  return schema === undefined || property === undefined ? undefined : { schema: property.schema, root: schema };
}

interface Problem {
  readonly rule: "in-flight-key-missing" | "in-flight-key-retyped" | "in-flight-key-unsure";
  readonly why: string;
}

function problemOf(comparison: Comparison, document: FollowedDocument): Problem | undefined {
  const { key, needed, slot } = comparison;
  if (needed.required && !slot?.certain) {
    const where = slot === undefined ? "do not have" : "may not have";
    return {
      rule: "in-flight-key-missing",
      why: `reads '${key}', which executions in flight ${where}. Make it optional until they have ended. They have ${[...document.keys()].join(", ")}.`,
    };
  }
  if (slot === undefined) return undefined;
  const verdict = judged(comparison, slot);
  if (verdict === "yes") return undefined;
  if (verdict === "unknown") {
    return {
      rule: "in-flight-key-unsure",
      why: `reads '${key}' by a schema of which JSON Schema does not say whether it takes what executions in flight have. See whether it does.`,
    };
  }
  return {
    rule: "in-flight-key-retyped",
    why: `reads '${key}' by a schema that does not take all that executions in flight have there. Let it take both until they have ended.`,
  };
}

/** What one reader took that another one takes as well, never was the problem of this change. */
function judged({ needed, formerly, change }: Comparison, { schemas }: FollowedSlot): "yes" | "unknown" | "no" {
  const takesAllThatItTook = formerly !== undefined && covers(formerly, needed) === "yes";
  const verdicts = schemas.map((given) => {
    // Today's writer with today's reader: that pair every new execution has, and the flow's own check is about it.
    if (isWrittenToday(given, change)) return canProvide(given.schema, needed.schema) ? "yes" : "no";
    return takesAllThatItTook ? "yes" : covers(given, needed);
  });
  if (verdicts.some((verdict) => verdict === "no" || verdict === "never")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}

const isWrittenToday = ({ root }: PlacedSchema, { after }: Change): boolean =>
  Object.values(after).some(({ steps }) => Object.values(steps).some(({ writes }) => writes === root));
