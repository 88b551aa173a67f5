import { type ChainOutline, type FlowOutline, propertiesOf, type StateOutline } from "@sfs3/sdk/flow";
import { conditionText } from "./condition-text.js";
import type { FlowGraph, GraphCluster, GraphEdge, GraphNode, NodeKind } from "./model.js";

/** An edge that has a beginning, and no end yet. */
interface Loose {
  readonly from: string;
  readonly kind: GraphEdge["kind"];
  /** When this way is taken. */
  readonly when?: string;
  /** The key that is written where it begins. */
  readonly writes?: string;
}

/** The picture while it is drawn. */
interface Drawing {
  readonly outlines: Readonly<Record<string, FlowOutline>>;
  readonly flow: FlowOutline;
  readonly nodes: GraphNode[];
  readonly clusters: GraphCluster[];
  readonly edges: GraphEdge[];
}

/**
 * The picture of a flow: each state once, with what is read and written on the edges.
 *
 * @param outlines the flows that it starts, by name
 */
export function flowGraph(flow: FlowOutline, outlines: Readonly<Record<string, FlowOutline>>): FlowGraph {
  const drawing: Drawing = { flow, outlines, nodes: [], clusters: [], edges: [] };
  const begin = addNode(drawing, { kind: "begin", name: flow.name, cluster: undefined });
  const ends = drawChain(drawing, flow.states, { entering: [{ from: begin, kind: "next" }], cluster: undefined });
  if (ends.length > 0) connect(drawing, ends, addNode(drawing, { kind: "end", name: "succeeded", cluster: undefined }));
  return { title: flow.name, nodes: drawing.nodes, clusters: drawing.clusters, edges: drawing.edges };
}

function addNode({ nodes }: Drawing, node: Omit<GraphNode, "id">): string {
  const id = `n${nodes.length}`;
  nodes.push({ id, ...node });
  return id;
}

function addCluster({ clusters }: Drawing, parent: string | undefined): string {
  const id = `c${clusters.length}`;
  clusters.push({ id, parent });
  return id;
}

function connect({ edges }: Drawing, loose: readonly Loose[], to: string, reads: readonly string[] = []): void {
  for (const { from, kind, when, writes } of loose) {
    edges.push({ from, to, kind, label: [...(when === undefined ? [] : [when]), ...dataLabel(writes, reads)] });
  }
}

/** What goes over an edge: the key by itself where it is both written and read there. */
function dataLabel(writes: string | undefined, reads: readonly string[]): readonly string[] {
  if (writes !== undefined && reads.length === 1 && reads[0] === writes) return [writes];
  return [...(writes === undefined ? [] : [`writes ${writes}`]), ...readsLabel(reads)];
}

const MAX_KEYS_A_LINE = 2;

function readsLabel(keys: readonly string[]): readonly string[] {
  const lines = Array.from({ length: Math.ceil(keys.length / MAX_KEYS_A_LINE) }, (_, line) =>
    keys.slice(line * MAX_KEYS_A_LINE, (line + 1) * MAX_KEYS_A_LINE).join(", "),
  );
  return lines.map((line, index) => (index === 0 ? `reads ${line}` : line));
}

interface Place {
  readonly entering: readonly Loose[];
  readonly cluster: string | undefined;
}

/** Draws a chain, and says what is left open behind it. */
function drawChain(drawing: Drawing, chain: ChainOutline, { entering, cluster }: Place): readonly Loose[] {
  return chain.reduce<readonly Loose[]>(
    (open, state) => drawState(drawing, state, { entering: open, cluster }),
    entering,
  );
}

function drawState(drawing: Drawing, state: StateOutline, place: Place): readonly Loose[] {
  const isFrame = state.kind === "parallel" || state.kind === "map" || state.kind === "repeat";
  const cluster = isFrame ? addCluster(drawing, place.cluster) : place.cluster;
  const node = addNode(drawing, { ...nodeOf(state), name: state.name, cluster });
  connect(drawing, place.entering, node, readsOf(drawing, state));
  const inside = drawInside(drawing, state, { node, cluster });
  const recovered = (state.catches ?? []).flatMap(({ errors, run }) =>
    drawChain(drawing, run, {
      entering: [{ from: node, kind: "catch", when: errors.join(", ") }],
      cluster: place.cluster,
    }),
  );
  return [...inside, ...recovered];
}

interface Inside {
  readonly node: string;
  readonly cluster: string | undefined;
}

/** Draws what is inside a state, and says what is left open behind it. */
function drawInside(drawing: Drawing, state: StateOutline, { node, cluster }: Inside): readonly Loose[] {
  const draw = (chain: ChainOutline, when?: string) =>
    drawChain(drawing, chain, { entering: [{ from: node, kind: "next", ...(when && { when }) }], cluster });
  switch (state.kind) {
    case "parallel":
      return state.branches.flatMap((branch) => draw(branch));
    case "choice":
      return [
        ...state.cases.flatMap(({ when, run }) => draw(run, conditionText(when))),
        ...draw(state.otherwise, "otherwise"),
      ];
    case "map":
      return draw(state.each);
    case "repeat": {
      const ends = draw(state.round);
      connect(
        drawing,
        ends.map(({ from }) => ({ from, kind: "again", when: "again" })),
        node,
      );
      return ends.map((end) => ({ ...end, when: `until ${conditionText(state.until)}` }));
    }
    case "succeed":
    case "fail":
      return [];
    case "step":
    case "callback": {
      const writes = drawing.flow.steps[state.step]?.outputKey;
      return [{ from: node, kind: "next", ...(writes !== undefined && { writes }) }];
    }
    case "state":
      return state.ends ? [] : handWritten(state.writes, node);
    default:
      return [{ from: node, kind: "next" }];
  }
}

function handWritten(writes: Parameters<typeof propertiesOf>[0] | undefined, from: string): readonly Loose[] {
  const keys = writes === undefined ? [] : keysOf(writes);
  return [{ from, kind: "next", ...(keys.length > 0 && { writes: keys.join(", ") }) }];
}

function readsOf({ flow, outlines }: Drawing, state: StateOutline): readonly string[] {
  switch (state.kind) {
    case "step":
    case "callback":
      return keysOf(flow.steps[state.step]?.reads ?? {});
    case "start":
      return keysOf(outlines[state.flow]?.takes ?? {});
    case "map":
      return [state.over];
    default:
      return [];
  }
}

const keysOf = (schema: Parameters<typeof propertiesOf>[0]): readonly string[] => [
  ...(propertiesOf(schema)?.keys() ?? []),
];

function nodeOf(state: StateOutline): { readonly kind: NodeKind; readonly detail?: string } {
  const detail = detailOf(state);
  return { kind: state.kind, ...(detail !== undefined && { detail }) };
}

function detailOf(state: StateOutline): string | undefined {
  switch (state.kind) {
    case "step":
      return state.step === state.name ? undefined : state.step;
    case "callback":
      return state.step === state.name ? "waits for its token" : `${state.step}, waits for its token`;
    case "parallel":
      return "all at once";
    case "map":
      return `for each of ${state.over}${batches(state.distributed)}`;
    case "repeat":
      return `at most ${state.maxRounds} rounds`;
    case "wait":
      return "seconds" in state ? waitText(state.seconds) : `until ${conditionText(state.until)}`;
    case "start":
      return state.wait ? `starts ${state.flow} and waits` : `starts ${state.flow}`;
    case "fail":
      return state.error;
    case "state":
      return "written by hand";
    default:
      return undefined;
  }
}

const batches = (distributed: { readonly batchSize: number } | undefined): string =>
  distributed === undefined ? "" : `, ${distributed.batchSize} to an execution`;

const waitText = (seconds: number | string): string =>
  typeof seconds === "number" ? `${seconds} s` : `${conditionText(seconds)} seconds`;
