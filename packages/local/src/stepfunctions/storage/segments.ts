import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Piece } from "./histories.js";
import { type LogFile, openLogFile } from "./log-file.js";

/**
 * A log in files of limited size: a file for each history would be the dearest part of a short execution. Each process
 * begins a segment of its own, so that what the death of another tore is never written to again.
 */
export interface Segments {
  /** The segment that is written to. */
  current(): number;
  /** Adds a text, or nothing. */
  append(text: string): Piece;
  read(piece: Piece): Promise<string>;
  /** The same at start-up, when nothing else has to have its turn. */
  readNow(piece: Piece): string;
  /** Whole segments, oldest first, from that one on. */
  from(segment: number): Iterable<{ readonly segment: number; readonly log: Buffer }>;
  keep(segments: ReadonlySet<number>): void;
  close(): void;
}

/** After which a new segment is begun. Unit: bytes. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

export function openSegments(folder: string): Segments {
  mkdirSync(folder, { recursive: true });
  const numbers = () => readdirSync(folder).map((name) => Number.parseInt(name, 10));
  const fileOf = (segment: number) => join(folder, `${segment}.log`);
  let current = Math.max(0, ...numbers()) + 1;
  let file: LogFile | undefined;

  const close = () => {
    file?.close();
    file = undefined;
  };

  const beginNext = () => {
    close();
    current += 1;
  };

  return {
    current: () => current,
    close,
    append: (text) => {
      file ??= openLogFile(fileOf(current));
      const from = file.append(text);
      const piece = { segment: current, from, to: from + Buffer.byteLength(text) };
      if (piece.to >= SEGMENT_BYTES) beginNext();
      return piece;
    },
    read: async ({ segment, from, to }) => {
      const file = await open(fileOf(segment));
      try {
        const { buffer } = await file.read({ buffer: Buffer.alloc(to - from), position: from });
        return buffer.toString("utf8");
      } finally {
        await file.close();
      }
    },
    readNow: ({ segment, from, to }) => readFileSync(fileOf(segment)).toString("utf8", from, to),
    from: function* (first) {
      for (const segment of numbers().sort((a, b) => a - b)) {
        if (segment >= first) yield { segment, log: readFileSync(fileOf(segment)) };
      }
    },
    keep: (segments) => {
      for (const segment of numbers()) if (!segments.has(segment)) rmSync(fileOf(segment), { force: true });
    },
  };
}
