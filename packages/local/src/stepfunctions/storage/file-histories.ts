import type { HistoryEvent } from "../../asl/index.js";
import { type BatchOutcome, createBatches } from "./batches.js";
import type { Histories, HistoryPlace, Piece } from "./histories.js";
import { eventsIn, findLines, lineOf } from "./history-lines.js";
import { openSegments, type Segments } from "./segments.js";

interface Line {
  readonly id: number;
  readonly text: string;
}

/** Histories side by side in one log, which is read when somebody asks for one. */
export function fileHistories(folder: string, outcome: BatchOutcome): Histories {
  const segments = openSegments(folder);
  const places = new Map<number, readonly Piece[]>();
  const piecesOf = (id: number) => places.get(id) ?? [];
  const addPiece = (id: number, piece: Piece) => places.set(id, withPiece(piecesOf(id), piece));

  const write = (lines: readonly Line[]) => {
    const piece = segments.append(lines.map(({ text }) => text).join(""));
    for (const id of new Set(lines.map((line) => line.id))) addPiece(id, piece);
  };
  const batches = createBatches({ write, outcome });

  return {
    append: (id, event) => batches.add({ id, text: lineOf(id, event) }),
    flushed: batches.flushed,
    written: batches.written,
    caughtUp: batches.caughtUp,
    endRetries: batches.endRetries,
    place: (id) => ({ pieces: piecesOf(id), segment: segments.current() }),
    read: async (id) => {
      // What is answered outlives the process, unless there is no room for it: then it is known here only.
      await batches.flushed().catch(() => {});
      const unwritten = batches.unwritten().filter((line) => line.id === id);
      const texts = await Promise.all(piecesOf(id).map(segments.read));
      return [...texts, ...unwritten.map(({ text }) => text)].flatMap((text) => eventsIn(text, id));
    },
    restore: ({ ended, unended }) => {
      for (const [id, { pieces }] of [...ended, ...unended]) places.set(id, pieces);
      const found = findUnended(segments, unended, addPiece);
      segments.keep(new Set([...places.values()].flat().map(({ segment }) => segment)));
      return found;
    },
    close: async () => {
      batches.endRetries();
      await batches.flushed().finally(segments.close);
    },
  };
}

/** One piece a segment, so that no line is read twice. */
function withPiece(pieces: readonly Piece[], piece: Piece): readonly Piece[] {
  const same = pieces.find(({ segment }) => segment === piece.segment);
  if (same === undefined) return [...pieces, piece];
  const { segment, from, to } = piece;
  const joined = { segment, from: Math.min(same.from, from), to: Math.max(same.to, to) };
  return pieces.map((other) => (other === same ? joined : other));
}

/** Goes once through what was written since the first of these runs began. */
function findUnended(
  segments: Segments,
  unended: ReadonlyMap<number, HistoryPlace>,
  addPiece: (id: number, piece: Piece) => void,
): ReadonlyMap<number, readonly HistoryEvent[]> {
  const first = Math.min(...Array.from(unended.values(), ({ segment }) => segment));
  const found = new Map<number, HistoryEvent[]>();
  for (const [id, { pieces }] of unended) {
    const before = pieces.filter(({ segment }) => segment < first);
    found.set(
      id,
      before.flatMap((piece) => [...eventsIn(segments.readNow(piece), id)]),
    );
  }
  for (const { segment, log } of segments.from(first)) {
    for (const { id, from, to, event } of findLines(log, unended)) {
      found.get(id)?.push(event);
      addPiece(id, { segment, from, to });
    }
  }
  return found;
}
