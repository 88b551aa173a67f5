import { CliError } from "../../cli-error.js";
import { differenceOf } from "../../definition/difference.js";
import type { Mask } from "../mask/mask.js";
import type { OutputKeys } from "./step-rows.js";
import { parseSidecar, readVersion, type SidecarPlace, type StoredSidecar } from "./stored-sidecar.js";
import { type SidecarVersion, START_ENTRY } from "./versions.js";

interface Changed {
  readonly place: SidecarPlace;
  readonly sidecar: StoredSidecar;
  readonly versions: readonly SidecarVersion[];
  readonly outputKey: OutputKeys;
  readonly mask: Mask;
}

/**
 * What the last commit of a step has changed, as a unified diff; `undefined` where nothing that may be seen has.
 *
 * @param entry the step as the journal names it, an item of it as `line[3]`
 * @throws `CliError` where no version is the step's, or the one before it is gone
 */
export async function changeOf(changed: Changed, entry: string): Promise<string | undefined> {
  const { place, sidecar, versions } = changed;
  const after = versions[lastCommit(versions, entry)];
  if (after === undefined) throw notWritten(versions, { entry, txnId: place.txnId });
  const before = versions.slice(0, versions.indexOf(after)).findLast(({ key }) => key === after.key);
  if (before === undefined && sidecar.layout === "document") {
    throw new CliError(`The version before the commit of '${entry}' is kept no more, so nobody knows what it changed.`);
  }
  const [old, fresh] = [await textOf(changed, before, entry), await textOf(changed, after, entry)];
  const name = (version: SidecarVersion | undefined) => `${after.key} ${version?.versionId ?? "(not there)"}`;
  return differenceOf(name(before), old, fresh, { becomes: `${name(after)} (${entry})` });
}

/** The index of the last version that a step, or an item of it, has written; -1 where there is none. */
export const lastCommit = (versions: readonly SidecarVersion[], entry: string): number =>
  versions.findLastIndex(({ writers }) => writers.includes(entry));

function notWritten(
  versions: readonly SidecarVersion[],
  { entry, txnId }: { readonly entry: string; readonly txnId: string },
): CliError {
  const writers = [...new Set(versions.flatMap((version) => version.writers))].filter((name) => name !== START_ENTRY);
  return new CliError(`No version of ${txnId} was written by '${entry}'. They were by ${writers.join(", ")}.`);
}

async function textOf(
  { place, sidecar, outputKey, mask }: Changed,
  version: SidecarVersion | undefined,
  entry: string,
): Promise<string> {
  if (version === undefined) return "";
  const bytes = await readVersion(place, version);
  const data =
    sidecar.layout === "document"
      ? parseSidecar(bytes, place.txnId, "document").data
      : partData(bytes, entry, outputKey);
  return `${JSON.stringify(mask(data), null, 2)}\n`;
}

/** A part as the member of the document that it is, so that it is masked as one; an item as the only one of its Map. */
function partData(bytes: Buffer, entry: string, outputKey: OutputKeys): StoredSidecar["data"] {
  const value: unknown = JSON.parse(bytes.toString("utf8"));
  const [, step] = /^(.*)\[\d+\]$/.exec(entry) ?? [];
  return step === undefined ? { [outputKey(entry)]: value } : { [outputKey(step)]: [value] };
}
