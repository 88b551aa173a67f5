import { aligned } from "../../columns.js";
import { duration } from "../../run/duration.js";
import type { StepRow } from "./step-rows.js";
import { type SidecarVersion, START_ENTRY } from "./versions.js";

const count = new Intl.NumberFormat("en-US");

/** Steps for people, and how large the sidecar is. */
export function stepTable(steps: readonly StepRow[], sidecarBytes: number): string {
  const rows = steps.map(({ step, items, attempt, committedAt, durationMs, bytes }) => [
    items === null ? step : `${step} (${items} items)`,
    committedAt ?? "",
    durationMs === null ? "" : duration(durationMs),
    String(attempt ?? ""),
    bytes === null ? "" : count.format(bytes),
  ]);
  const all = ["the whole sidecar", "", "", "", count.format(sidecarBytes)];
  return lines([["step", "committed", "took", "attempt", "bytes"], ...rows, all], 2);
}

/** Versions for people, the oldest first. */
export function versionTable(versions: readonly SidecarVersion[]): string {
  const rows = versions.map(({ key, versionId, writtenAt, sizeBytes, writers }, index) => [
    versionId,
    writtenAt,
    writersOf(writers, index),
    key,
    count.format(sizeBytes),
  ]);
  return lines([["version", "written", "by", "object", "bytes"], ...rows], 4);
}

function writersOf(writers: readonly string[], index: number): string {
  const steps = writers.filter((name) => name !== START_ENTRY);
  if (steps.length > 0) return steps.join(", ");
  return index === 0 || writers.length > 0 ? "the start" : "another writer";
}

const lines = (rows: readonly (readonly string[])[], texts: number): string =>
  aligned(rows, { texts })
    .map((line) => `${line}\n`)
    .join("");
