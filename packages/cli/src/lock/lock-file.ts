import { createHash } from "node:crypto";
import { type FlowDefinition, type FlowOutline, outlineOf, renderAsl, startedFlows } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import { compactJson } from "./compact-json.js";

/** The file's name; it lies beside the nearest `package.json` above the module. */
export const LOCK_FILE = "sfs3.lock.json";

/** Grows when a reader of the older form would misread the newer one. */
const LOCK_VERSION = 1;

/** What a later change has to be compatible with: a flow's outline, and the digest of its definition. */
export interface LockedFlow extends Omit<FlowOutline, "name"> {
  /** SHA-256 of the generated definition, hexadecimal. */
  readonly definitionSha256: string;
}

/** What `gen-asl` knows of the flows whose definitions it wrote, by name. */
export type LockedFlows = Readonly<Record<string, LockedFlow>>;

/** The flows and those that they start, as they are now. */
export function lockFlows(flows: readonly FlowDefinition[]): LockedFlows {
  const all = flows.flatMap((flow) => [...startedFlows(flow), flow]);
  return Object.fromEntries(all.map((flow) => [flow.name, lockFlow(flow)]));
}

function lockFlow(flow: FlowDefinition): LockedFlow {
  const { name: _, ...outline } = outlineOf(flow);
  return { definitionSha256: createHash("sha256").update(renderAsl(flow)).digest("hex"), ...outline };
}

/** The file's text: the same bytes for the same flows, whatever the order in which they came. */
export const renderLock = (flows: LockedFlows): string =>
  `${compactJson(inOrder({ lockVersion: LOCK_VERSION, flows }))}\n`;

/** Keys sorted; a schema's `required` as well, where order means as little. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, inner]) => [
      key,
      key === "required" && Array.isArray(inner) ? inner.toSorted() : inOrder(inner),
    ]),
  );
}

/**
 * Reads the file's text.
 *
 * @param path for messages
 * @throws `CliError` if it is no lock file, or one of a later version
 */
export function parseLock(text: string, path: string): LockedFlows {
  const lock = parseObject(text, path);
  if (!isObject(lock.flows) || typeof lock.lockVersion !== "number") {
    throw new CliError(`${path} is no lock file: it has no lockVersion and flows. Delete it and run sfs3 gen-asl.`);
  }
  if (lock.lockVersion !== LOCK_VERSION) {
    throw new CliError(
      `${path} has lockVersion ${lock.lockVersion}, and this sfs3 reads ${LOCK_VERSION}. Use the sfs3 that wrote it.`,
    );
  }
  return lock.flows as LockedFlows;
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new CliError(`${path} is not JSON. Restore it, or delete it and run sfs3 gen-asl.`, { cause });
  }
  throw new CliError(`${path} is not a JSON object. Delete it and run sfs3 gen-asl.`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
