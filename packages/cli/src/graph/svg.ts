import { type Box, type PlacedEdge, type Point, placed } from "./layout.js";
import type { FlowGraph, GraphNode, NodeKind } from "./model.js";
import { shapeOf } from "./shapes.js";
import { STYLE } from "./svg-style.js";
import { LINE_HEIGHT } from "./text-size.js";
import { textOf } from "./xml.js";

/**
 * The picture as an SVG document of its own: no script, no font to load, colours for light and for dark surroundings.
 * The same bytes for the same picture.
 */
export function toSvg(graph: FlowGraph): string {
  const { width, height, nodes, clusters, edges } = placed(graph);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${textOf(graph.title)}</title>`,
    `<desc id="desc">${textOf(description(graph))}</desc>`,
    `<style>${STYLE}</style>`,
    MARKER,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    ...clusters.map((box) => `<rect class="frame" ${corner(box)} rx="8"/>`),
    ...edges.map(edgeLine),
    ...nodes.map(({ node, box }) => nodeGroup(node, box)),
    ...edges.flatMap(edgeLabel),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

const MARKER =
  '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>';

/** For those who cannot see it: the states in their order, and where each leads. */
function description({ nodes, edges }: FlowGraph): string {
  const nameOf = new Map(nodes.map(({ id, name }) => [id, name]));
  return nodes
    .map(({ id, kind, name }) => {
      const next = edges.filter(({ from }) => from === id).map(({ to }) => nameOf.get(to) ?? to);
      return `${name} (${WORDS[kind]})${next.length === 0 ? "" : ` leads to ${next.join(", ")}`}.`;
    })
    .join(" ");
}

const WORDS: Readonly<Record<NodeKind, string>> = {
  begin: "the beginning",
  end: "the end",
  step: "a step",
  callback: "a callback",
  parallel: "branches at once",
  choice: "a choice",
  map: "a map",
  repeat: "a loop",
  wait: "a wait",
  start: "the start of a process",
  pass: "a pass",
  succeed: "the end",
  fail: "a failure",
  state: "a state written by hand",
};

const round = (value: number): number => Math.round(value * 10) / 10;

const corner = ({ x, y, width, height }: Box): string =>
  `x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}"`;

function edgeLine({ edge, points }: PlacedEdge): string {
  const path = points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  return `<path class="edge ${edge.kind}" d="${path}" marker-end="url(#arrow)"/>`;
}

function edgeLabel({ edge, label }: PlacedEdge): readonly string[] {
  return edge.label.length === 0 ? [] : [`<g class="label">${textLines(edge.label, label)}</g>`];
}

function nodeGroup({ kind, name, detail }: GraphNode, box: Box): string {
  const lines = [name, ...(detail === undefined ? [] : [detail])];
  return `<g class="node ${kind}">${shapeOf(kind, box)}${textLines(lines, box)}</g>`;
}

function textLines(lines: readonly string[], { x, y }: Point): string {
  const first = y - ((lines.length - 1) * LINE_HEIGHT) / 2;
  return lines
    .map((line, index) => `<text x="${round(x)}" y="${round(first + index * LINE_HEIGHT)}">${textOf(line)}</text>`)
    .join("");
}
