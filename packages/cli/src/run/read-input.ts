import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { safeParseAsync } from "zod/v4/core";
import { CliError } from "../cli-error.js";
import { unlessInterrupted } from "../interrupted.js";
import type { Io } from "../io.js";

/**
 * The process's input, as the flow's schema reads it.
 *
 * @param source JSON text, `-` for standard input, or the path of a JSON file, also behind an `@`; without one, `{}`
 * @throws `CliError` if it is not JSON, or not what the flow takes
 */
export async function readInput(flow: FlowDefinition, source: string | undefined, io: Io): Promise<unknown> {
  return parseInput(flow, await readJson(source, io));
}

/**
 * The process's input, as it is given.
 *
 * @param source as {@link readInput} takes it
 * @throws `CliError` if it is not JSON
 */
export async function readJson(source: string | undefined, io: Io): Promise<unknown> {
  const { text, name } = await sourceText(source, io);
  return parseJson(text, name);
}

/** @throws `CliError` if it is not what the flow takes */
export async function parseInput(flow: FlowDefinition, given: unknown): Promise<unknown> {
  if (isObject(given) && Object.hasOwn(given, "$sfs3")) {
    throw new CliError(
      "The input has the key '$sfs3', which is reserved for the journal; nothing was started. Rename it.",
    );
  }
  const parsed = await safeParseAsync(flow.input, given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `  ${path.join(".") || "(the input)"}: ${message}`);
  throw new CliError(`The input is not what ${flow.name} takes; nothing was started.\n${issues.join("\n")}`);
}

async function sourceText(
  source: string | undefined,
  io: Io,
): Promise<{ readonly text: string; readonly name: string }> {
  if (source === undefined) return { text: "{}", name: "the default input" };
  if (source === "-") return { text: await unlessInterrupted(io.signal, readAll(io.stdin)), name: "standard input" };
  if (source.trim() === "" || /^\s*[[{"]/.test(source)) return { text: source, name: "--input" };
  const path = resolve(io.cwd, source.replace(/^@/, ""));
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new CliError(`--input is neither JSON nor a file that can be read: ${source}`, { cause });
  });
  return { text, name: path };
}

async function readAll(stream: Io["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function parseJson(text: string, name: string): unknown {
  if (text.trim() === "") throw new CliError(`${name} is empty. Give the process's input as a JSON object.`);
  try {
    // Windows' editors and shells put a byte order mark before JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new CliError(`${name} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
