import type { Box } from "./layout.js";
import type { NodeKind } from "./model.js";

const round = (value: number): number => Math.round(value * 10) / 10;

const rectangle = ({ x, y, width, height }: Box, radius: number): string =>
  `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}"/>`;

const polygon = (points: readonly (readonly [x: number, y: number])[]): string =>
  `<polygon points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ")}"/>`;

const pill = (box: Box): string => rectangle(box, box.height / 2);

function diamond({ x, y, width, height }: Box): string {
  return polygon([
    [x, y - height / 2],
    [x + width / 2, y],
    [x, y + height / 2],
    [x - width / 2, y],
  ]);
}

/** A rectangle whose sides are bars, as for a procedure that is described elsewhere. */
function procedure(box: Box): string {
  const [left, right, top] = [box.x - box.width / 2 + 5, box.x + box.width / 2 - 5, box.y - box.height / 2];
  const bars = [left, right].map((x) => `M${round(x)} ${round(top)}v${round(box.height)}`).join("");
  return `${rectangle(box, 0)}<path class="bars" d="${bars}"/>`;
}

const SHAPES: Readonly<Record<NodeKind, (box: Box) => string>> = {
  begin: pill,
  end: pill,
  step: (box) => rectangle(box, 4),
  callback: (box) => rectangle(box, 4),
  parallel: pill,
  choice: diamond,
  map: pill,
  repeat: pill,
  wait: (box) => rectangle(box, 12),
  start: procedure,
  pass: (box) => rectangle(box, 12),
  succeed: pill,
  fail: pill,
  state: (box) => rectangle(box, 0),
};

/** The outline of a node. */
export const shapeOf = (kind: NodeKind, box: Box): string => SHAPES[kind](box);
