import { Graph, layout } from "@dagrejs/dagre";
import type { FlowGraph, GraphEdge, GraphNode } from "./model.js";
import { LINE_HEIGHT, textWidth } from "./text-size.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its centre. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  /** Where its label stands. */
  readonly label: Point;
}

/** The picture with a place for everything. Unit: pixels. */
export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly { readonly node: GraphNode; readonly box: Box }[];
  readonly clusters: readonly Box[];
  readonly edges: readonly PlacedEdge[];
}

const MARGIN = 16;
const PADDING_X = 14;
const PADDING_Y = 9;

/** Places everything, in layers from top to bottom. */
export function placed(graph: FlowGraph): PlacedGraph {
  const drawing = new Graph({ compound: true, multigraph: true });
  drawing.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 34, edgesep: 20, marginx: MARGIN, marginy: MARGIN });
  for (const { id } of graph.clusters) drawing.setNode(id, {});
  for (const node of graph.nodes) drawing.setNode(node.id, nodeSize(node));
  for (const { id, parent } of graph.clusters) if (parent !== undefined) drawing.setParent(id, parent);
  for (const { id, cluster } of graph.nodes) if (cluster !== undefined) drawing.setParent(id, cluster);
  graph.edges.forEach(({ from, to, label }, index) => {
    drawing.setEdge(from, to, { ...textSize(label), labelpos: "c" }, String(index));
  });
  layout(drawing);
  const box = (id: string): Box => boxOf(drawing.node(id));
  const diamonds = new Map(
    graph.nodes.filter(({ kind }) => kind === "choice").map(({ id }): [string, Box] => [id, box(id)]),
  );
  return {
    ...sizeOf(drawing.graph()),
    nodes: graph.nodes.map((node) => ({ node, box: box(node.id) })),
    clusters: graph.clusters.map(({ id }) => box(id)),
    edges: graph.edges.map((edge, index) => {
      const { points = [], x = 0, y = 0 } = drawing.edge(edge.from, edge.to, String(index));
      const ends = { from: diamonds.get(edge.from), to: diamonds.get(edge.to) };
      return { edge, points: touching(points, ends), label: { x, y } };
    }),
  };
}

/** Edges end where the box of a node does; a diamond's side lies inside its box. */
function touching(points: readonly Point[], ends: { readonly from: Box | undefined; readonly to: Box | undefined }) {
  return points.map((point, index) => {
    const diamond = index === 0 ? ends.from : index === points.length - 1 ? ends.to : undefined;
    return diamond === undefined ? point : onDiamond(diamond, point);
  });
}

/** Where the line from a diamond's centre to a point leaves it. */
function onDiamond({ x, y, width, height }: Box, point: Point): Point {
  const [dx, dy] = [point.x - x, point.y - y];
  const distance = Math.abs(dx) / (width / 2) + Math.abs(dy) / (height / 2);
  return distance === 0 ? point : { x: x + dx / distance, y: y + dy / distance };
}

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
  return { x, y, width, height };
}

const sizeOf = ({ width = 0, height = 0 }: { readonly width?: number; readonly height?: number }) => ({
  width: Math.ceil(width),
  height: Math.ceil(height),
});

function nodeSize({ kind, name, detail }: GraphNode): { readonly width: number; readonly height: number } {
  const text = textSize([name, ...(detail === undefined ? [] : [detail])]);
  // The text of a diamond needs room where its sides come in.
  const factor = kind === "choice" ? 1.6 : 1;
  return { width: text.width * factor + 2 * PADDING_X, height: text.height * factor + 2 * PADDING_Y };
}

const textSize = (lines: readonly string[]): { readonly width: number; readonly height: number } => ({
  width: Math.max(0, ...lines.map(textWidth)),
  height: lines.length * LINE_HEIGHT,
});
