import { CliError } from "../../cli-error.js";
import { differenceOf } from "../../definition/difference.js";
import type { Mask } from "../mask/mask.js";
import { readSidecar, type SidecarPlace } from "./stored-sidecar.js";
import { requireVersions, type SidecarVersion } from "./versions.js";

/** What a commit has changed. */
export interface Change {
  /** Ids of the two versions. */
  readonly before: string;
  readonly after: string;
  /** A unified diff of the data; `undefined` where nothing that may be seen has changed. */
  readonly diff: string | undefined;
}

interface Changed {
  /** The commit's entry in the journal: a step, or an item of it as `line[3]`. */
  readonly entry: string;
  readonly mask: Mask;
}

/**
 * What the last commit of a step has changed.
 *
 * @throws `CliError` where the bucket keeps no versions, or none that the step has written
 */
export async function changeOf(place: SidecarPlace, { entry, mask }: Changed): Promise<Change> {
  const versions = await requireVersions(place);
  const index = lastCommit(versions, entry);
  const [before, after] = [versions[index - 1], versions[index]];
  if (after === undefined) {
    const writers = [...new Set(versions.flatMap((version) => version.writers))].filter((name) => name !== "$start");
    throw new CliError(`No version of ${place.txnId} was written by '${entry}'. They were by ${writers.join(", ")}.`);
  }
  if (before === undefined) {
    throw new CliError(`The version before the commit of '${entry}' is kept no more, so nobody knows what it changed.`);
  }
  const [old, fresh] = [await textOf(place, before, mask), await textOf(place, after, mask)];
  const name = (version: SidecarVersion) => `${place.txnId} ${version.versionId}`;
  const diff = differenceOf(name(before), old, fresh, { becomes: `${name(after)} (${entry})` });
  return { before: before.versionId, after: after.versionId, diff };
}

/** The index of the last version that a step, or an item of it, has written; -1 where there is none. */
export const lastCommit = (versions: readonly SidecarVersion[], entry: string): number =>
  versions.findLastIndex(({ writers }) => writers.includes(entry));

async function textOf(place: SidecarPlace, { versionId }: SidecarVersion, mask: Mask): Promise<string> {
  const { data } = await readSidecar(place, versionId);
  return `${JSON.stringify(mask(data), null, 2)}\n`;
}
