import { readPartName } from "@sfs3/sdk/flow";
import { journalName, type OutputKeys, stepOf } from "./step-rows.js";
import type { StoredSidecar } from "./stored-sidecar.js";
import { type ListedVersion, type SidecarVersion, START_ENTRY } from "./versions.js";

/** A part is written by its step alone: its name says whose it is. */
export function partVersions(
  listed: readonly ListedVersion[],
  { journal }: StoredSidecar,
  outputKey: OutputKeys,
): readonly SidecarVersion[] {
  const steps = Object.entries(journal).map(([name, entry]) => stepOf(name, entry));
  const byKey = new Map(steps.map((step) => [outputKey(step), step]));
  return listed.map((version) => ({ ...version, writers: writersOf(version, byKey) }));
}

function writersOf({ key }: ListedVersion, byKey: ReadonlyMap<string, string>): readonly string[] {
  const part = readPartName(key.slice(key.indexOf("/") + 1));
  if (part === undefined) return [];
  if (part.kind === "input") return [START_ENTRY];
  const step = byKey.get(part.key);
  return step === undefined ? [] : [journalName(step, part.kind === "item" ? part.item : undefined)];
}
