import type { Document, FlowDefinition, Slot } from "@sfs3/sdk/flow";
import type { NamedImport, StepRead } from "@sfs3/templates";
import { CliError } from "../cli-error.js";
import { jsonSample } from "../sample/json-sample.js";
import { accepted, sampleFor } from "../sample/sample.js";
import type { KnownExports } from "./known-exports.js";
import { localNames } from "./local-names.js";
import type { Samples } from "./samples.js";
import { type Found, schemaOf } from "./schema-origin.js";

/** What the step's file and its test say of the keys that it reads. */
export interface Reads {
  readonly reads: readonly StepRead[];
  readonly imports: readonly NamedImport[];
  /** What the author should know, a sentence each. */
  readonly notes: readonly string[];
}

export interface Reading {
  readonly flow: FlowDefinition;
  /** The document at the place of the step. */
  readonly document: Document;
  readonly exports: KnownExports;
  /** Absolute: where the step's files go. */
  readonly folder: string;
  readonly samples: Samples;
  /** Names that the step's module has already. */
  readonly taken: readonly string[];
}

interface FoundRead extends Found {
  readonly key: string;
  readonly slot: Slot;
}

/**
 * Finds the schema of each key in the module that exports it, and a value that it accepts.
 *
 * @throws `CliError` for a key that is not in the document, or of which no value can be made
 */
export async function findReads(keys: readonly string[], reading: Reading): Promise<Reads> {
  const found = keys.map((key) => findRead(key, reading));
  const imports = localNames(
    found.flatMap(({ origin }) => origin ?? []),
    reading.taken,
  );
  const reads: StepRead[] = [];
  for (const read of found) {
    const sample = await sampleOf(read, reading.samples);
    reads.push({ key: read.key, schema: schemaSource(read, imports), required: isRequired(read), sample });
  }
  return { reads, imports, notes: found.flatMap(noteOf) };
}

function findRead(key: string, reading: Reading): FoundRead {
  const slot = reading.document.get(key);
  if (slot !== undefined) return { key, slot, ...schemaOf(key, slot, reading) };
  const there = [...reading.document.keys()].join(", ") || "nothing";
  throw new CliError(
    `--reads: nothing before that place writes '${key}'. There is ${there}. Read one of these, or place the step elsewhere ` +
      "with --after.",
  );
}

/** `ReserveOutput`; in an array where each item of a map wrote one, optional where only some paths wrote it. */
function schemaSource({ slot, origin }: FoundRead, imports: readonly NamedImport[]): string {
  const local = imports.find(({ name, from }) => name === origin?.name && from === origin?.from);
  const item = origin === undefined ? "z.unknown()" : `${local?.as ?? origin.name}${origin.access}`;
  const whole = slot.perItem && origin !== undefined ? `z.array(${item})` : item;
  const saysSo = slot.writers.includes("input") && origin !== undefined;
  return slot.certain || saysSo ? whole : `z.optional(${whole})`;
}

/** A key that has a default, or may be absent, is not waited for. */
const isRequired = ({ slot, schema, origin }: FoundRead): boolean =>
  slot.certain && (slot.perItem || origin === undefined || schema?._zod.optin === undefined);

async function sampleOf({ key, slot, schema }: FoundRead, samples: Samples): Promise<unknown> {
  const given = Object.hasOwn(samples.given, key) ? samples.given[key] : undefined;
  if (schema === undefined) return given ?? jsonSample(slot.schema, "any value")?.value ?? "any value";
  if (given !== undefined) return checkedSample(key, given, { schema, perItem: slot.perItem });
  const isInput = slot.writers.includes("input") && Object.hasOwn(samples.example, key);
  const example = isInput ? await accepted(schema, samples.example[key]) : undefined;
  const sample = example?.ok ? example : await sampleFor(schema);
  if (sample.ok) return slot.perItem ? [sample.value] : sample.value;
  throw new CliError(
    `--reads: no value for the unit test could be made that the schema of '${key}' accepts: ${sample.reason}. ` +
      `Give one: --sample '{"${key}": ...}', or leave the key out and write its schema into the step yourself.`,
  );
}

interface Checking {
  readonly schema: NonNullable<Found["schema"]>;
  readonly perItem: boolean;
}

async function checkedSample(key: string, given: unknown, { schema, perItem }: Checking): Promise<unknown> {
  const items = perItem && Array.isArray(given) ? given : [given];
  for (const item of items) {
    const outcome = await accepted(schema, item);
    if (!outcome.ok)
      throw new CliError(`--sample: the schema of '${key}' does not accept that value: ${outcome.reason}.`);
  }
  return given;
}

function noteOf({ key, slot, origin, schema }: FoundRead): readonly string[] {
  const absent = slot.certain ? [] : [`'${key}' is optional: not every path has written it by then.`];
  if (origin !== undefined) return absent;
  const why =
    schema === undefined
      ? "there is no one schema with which it is written"
      : "its schema is in no module that the step could import";
  return [...absent, `'${key}' is z.unknown(): ${why}.`];
}
