import { JOURNAL_KEY } from "@sfs3/sdk/flow";
import { type Command, Option } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import { loadFlowModule } from "../flow-module.js";
import type { Io } from "../io.js";
import { createMask, type Mask } from "./mask/mask.js";
import { changeOf } from "./sidecar/change.js";
import { type OutputKeys, outputKeysOf, stepRows } from "./sidecar/step-rows.js";
import { readBytes, readSidecar, type SidecarPlace } from "./sidecar/stored-sidecar.js";
import { stepTable, versionTable } from "./sidecar/tables.js";
import { versionsOf } from "./sidecar/versions.js";
import { addTargetOptions, checkTransactionId, openTarget, type TargetOptions } from "./target.js";

interface ShowOptions extends TargetOptions {
  readonly key?: string;
  readonly raw?: boolean;
  readonly history?: boolean;
  readonly diff?: string;
  readonly reveal?: boolean;
  readonly json?: boolean;
}

export function addShow(program: Command, io: Io): void {
  const command = program
    .command("show")
    .summary("show a process's sidecar, and what each step has done to it")
    .description(
      "Shows a process's data: on standard error what each step has committed, when, how long it took, in which attempt " +
        "and how many bytes; on standard output the document. What schemas mark by meta({ sensitive: true }) is hidden.",
    )
    .argument("<id>", "the transaction's id")
    .argument(
      "[module]",
      "file that exports the flow, whose schemas say what is sensitive; without it, all values are hidden",
    )
    .option("--reveal", "hide nothing")
    .option("--key <key>", `only the value under this key; ${JOURNAL_KEY} is the journal`)
    .addOption(new Option("--raw", "the bytes as they lie in S3; takes --reveal").conflicts(["key", "json"]))
    .addOption(
      new Option("--history", "the versions that S3 has kept, and who wrote each").conflicts(["key", "raw", "diff"]),
    )
    .addOption(
      new Option("--diff <step>", "what the last commit of a step changed; of a Map's item: step[3]").conflicts([
        "key",
        "raw",
      ]),
    )
    .option("--json", "print one JSON object: steps and document, or with --history the versions");
  addTargetOptions(command)
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 show 0x58fe985b67000000 src/flow.ts
  sfs3 show 0x58fe985b67000000 src/flow.ts --diff step-b
  sfs3 show 0x58fe985b67000000 --reveal --key step-b-output | jq .`,
    )
    .action((id: string, module: string | undefined, options: ShowOptions) => show(id, { ...options, module }, io));
}

interface Shown extends ShowOptions {
  readonly module: string | undefined;
}

async function show(txnId: string, options: Shown, io: Io): Promise<void> {
  checkTransactionId(txnId);
  if (options.raw && !options.reveal) {
    throw new CliError("--raw shows what is sensitive as well. If that is what you want, give --reveal with it.");
  }
  const module = options.module === undefined ? undefined : await loadFlowModule(options.module, io);
  const target = await openTarget(options, io);
  const place = { aws: target.aws, bucket: await target.bucket(), txnId };
  const outputKey = outputKeysOf(module?.flows ?? []);
  if (options.history) return showHistory(place, { ...options, outputKey }, io);
  const mask = createMask({ module, reveal: options.reveal }, io);
  if (options.diff === undefined) return showDocument(place, { ...options, mask, outputKey }, io);
  await showDiff(place, { step: options.diff, mask, outputKey }, io);
}

interface Seen extends Pick<ShowOptions, "key" | "raw" | "json"> {
  readonly mask: Mask;
  readonly outputKey: OutputKeys;
}

async function showDocument(place: SidecarPlace, { key, raw, json, mask, outputKey }: Seen, io: Io): Promise<void> {
  if (raw) return void io.stdout.write((await readBytes(place)).toString("utf8"));
  const sidecar = await readSidecar(place);
  const { data, journal, bytes } = sidecar;
  if (key !== undefined) {
    const document = key === JOURNAL_KEY ? { [key]: journal } : mask(data);
    return write(valueAt(document, key), io);
  }
  const steps = stepRows(sidecar, outputKey);
  if (json) return write({ txnId: place.txnId, bytes: bytes.length, steps, document: mask(data), journal }, io);
  io.stderr.write(stepTable(steps, bytes.length));
  write(mask(data), io);
}

type History = Pick<Seen, "json" | "outputKey">;

async function showHistory(place: SidecarPlace, { json, outputKey }: History, io: Io): Promise<void> {
  const versions = await versionsOf(place, await readSidecar(place), outputKey);
  if (!json) return void io.stdout.write(versionTable(versions));
  const entries = versions.map(({ key, versionId, writtenAt, sizeBytes, writers }) => {
    return { key, versionId, writtenAt, sizeBytes, writers };
  });
  write(entries, io);
}

interface Difference extends Pick<Seen, "mask" | "outputKey"> {
  /** As the journal names it. */
  readonly step: string;
}

async function showDiff(place: SidecarPlace, { step, mask, outputKey }: Difference, io: Io): Promise<void> {
  const sidecar = await readSidecar(place);
  const versions = await versionsOf(place, sidecar, outputKey);
  const diff = await changeOf({ place, sidecar, versions, outputKey, mask }, step);
  if (diff !== undefined) return void io.stdout.write(diff);
  io.stderr.write(`The last commit of ${step} changed nothing that may be seen.\n`);
}

function valueAt(document: Readonly<Record<string, unknown>>, key: string): unknown {
  if (Object.hasOwn(document, key)) return document[key];
  throw new CliError(`The sidecar has no key '${key}'. It has ${Object.keys(document).join(", ")}.`);
}

const write = (value: unknown, { stdout }: Io): void => void stdout.write(`${JSON.stringify(value, null, 2)}\n`);
