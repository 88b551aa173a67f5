import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type FlowDefinition, type FlowOutline, outlineOf, startedFlows } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import type { Io } from "../io.js";
import { type LockedFlow, parseLock } from "../lock/lock-file.js";
import { againstAsl } from "./compatibility/against-asl.js";
import { againstLock } from "./compatibility/against-lock.js";
import type { Finding } from "./finding.js";

interface Against {
  /** A lock file or an older definition; `-` for standard input. */
  readonly source: string;
  /** The flows to judge. */
  readonly flows: readonly FlowDefinition[];
  /** Whether those are all that the module exports, so that another one in the lock file is gone. */
  readonly all: boolean;
}

/**
 * Whether executions that began with an older definition survive the flows of today.
 *
 * @throws `CliError` where the source cannot be read, or is neither a lock file nor a definition
 */
export async function against({ source, flows, all }: Against, io: Io): Promise<readonly Finding[]> {
  const path = source === "-" ? "standard input" : source;
  const text = source === "-" ? await readAll(io.stdin) : readOrRefuse(resolve(io.cwd, source));
  if (/"StartAt"\s*:/.test(text) && !/"lockVersion"\s*:/.test(text)) return againstAsl(text, flows, path);
  const before = Object.fromEntries(
    Object.entries(parseLock(text, path)).map(([name, locked]) => [name, outlineIn(name, locked, path)]),
  );
  const known = flows.flatMap((flow) => [...startedFlows(flow), flow]).map(outlineOf);
  const after = Object.fromEntries(known.map((outline) => [outline.name, outline]));
  const judged = all ? Object.keys(before) : flows.map(({ name }) => name);
  return judged.flatMap((name) => (before[name] === undefined ? [] : againstLock(before[name], { before, after })));
}

function outlineIn(name: string, locked: LockedFlow, path: string): FlowOutline {
  const missing = PARTS.find((part) => !Object.hasOwn(Object(locked), part));
  if (missing === undefined) return { name, ...locked };
  throw new CliError(`${path}: its entry of ${name} has no '${missing}'. Restore the file as gen-asl wrote it.`);
}

const PARTS = ["takes", "input", "steps", "states", "topicRoot"] as const satisfies readonly (keyof LockedFlow)[];

function readOrRefuse(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError(
      `--against: ${path} cannot be read. Give a lock file, an older definition, or - for standard input.`,
      { cause },
    );
  }
}

async function readAll(stream: Io["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
