import type { FlowGraph, GraphEdge, GraphNode, NodeKind } from "./model.js";

/** Opening and closing of each shape. Source: Mermaid, "Flowcharts, Basic Syntax". */
const SHAPES: Readonly<Record<NodeKind, readonly [open: string, close: string]>> = {
  begin: ["([", "])"],
  end: ["([", "])"],
  step: ["[", "]"],
  callback: ["[/", "/]"],
  parallel: ["{{", "}}"],
  choice: ["{", "}"],
  map: ["{{", "}}"],
  repeat: ["{{", "}}"],
  wait: ["(", ")"],
  start: ["[[", "]]"],
  pass: ["(", ")"],
  succeed: ["([", "])"],
  fail: ["([", "])"],
  state: [">", "]"],
};

const ARROWS = { next: "-->", catch: "-.->", again: "-.->" } as const satisfies Record<GraphEdge["kind"], string>;

/** The picture as a Mermaid flowchart. */
export function toMermaid(graph: FlowGraph): string {
  const lines = [
    "flowchart TD",
    `  accTitle: ${plain(graph.title)}`,
    ...nodesIn(graph, undefined, "  "),
    ...graph.edges.map(edgeLine),
  ];
  return `${lines.join("\n")}\n`;
}

/** The nodes of a cluster in the order of writing, and the clusters inside it. */
function nodesIn(graph: FlowGraph, cluster: string | undefined, indent: string): readonly string[] {
  const own = graph.nodes.filter((node) => node.cluster === cluster).map((node) => `${indent}${nodeText(node)}`);
  const inner = graph.clusters
    .filter(({ parent }) => parent === cluster)
    .flatMap(({ id }) => [`${indent}subgraph ${id}[" "]`, ...nodesIn(graph, id, `${indent}  `), `${indent}end`]);
  return [...own, ...inner];
}

function nodeText({ id, kind, name, detail }: GraphNode): string {
  const [open, close] = SHAPES[kind];
  return `${id}${open}"${escaped([name, ...(detail === undefined ? [] : [detail])])}"${close}`;
}

function edgeLine({ from, to, kind, label }: GraphEdge): string {
  const text = label.length === 0 ? "" : `|"${escaped(label)}"|`;
  return `  ${from} ${ARROWS[kind]}${text} ${to}`;
}

/** Mermaid reads marks and entities in a text; whatever may be one is written as its code. */
const escaped = (lines: readonly string[]): string =>
  lines
    .map((line) =>
      [...line].map((char) => (/[\p{L}\p{N} _.,:=-]/u.test(char) ? char : `#${char.codePointAt(0)};`)).join(""),
    )
    .join("<br/>");

/** A directive's text goes to the end of its line. */
const plain = (text: string): string => text.replace(/[^\p{L}\p{N} _.-]/gu, "");
