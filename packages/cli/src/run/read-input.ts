import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { safeParseAsync } from "zod/v4/core";
import { CliError } from "../cli-error.js";
import type { Io } from "../io.js";

/**
 * The process's input, as the flow's schema reads it.
 *
 * @param source JSON text, `-` for standard input, or the path of a JSON file; without one, `{}`
 * @throws `CliError` if it is not JSON, or not what the flow takes
 */
export async function readInput(flow: FlowDefinition, source: string | undefined, io: Io): Promise<unknown> {
  const { text, name } = await sourceText(source, io);
  const parsed = await safeParseAsync(flow.input, parseJson(text, name));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `  ${path.join(".") || "(the input)"}: ${message}`);
  throw new CliError(`The input is not what ${flow.name} takes; nothing was started.\n${issues.join("\n")}`);
}

async function sourceText(
  source: string | undefined,
  io: Io,
): Promise<{ readonly text: string; readonly name: string }> {
  if (source === undefined) return { text: "{}", name: "the default input" };
  if (source === "-") return { text: await readAll(io), name: "standard input" };
  if (/^\s*[[{"]/.test(source)) return { text: source, name: "--input" };
  const path = resolve(io.cwd, source);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new CliError(`--input is neither JSON nor a file that can be read: ${source}`, { cause });
  });
  return { text, name: path };
}

async function readAll({ stdin, signal }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  const read = async () => {
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("utf8");
  };
  return Promise.race([read(), interrupted(signal)]);
}

const interrupted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const refuse = () => reject(new CliError("Interrupted; nothing was started."));
    if (signal.aborted) refuse();
    signal.addEventListener("abort", refuse, { once: true });
  });

function parseJson(text: string, name: string): unknown {
  try {
    // Windows' editors and shells put a byte order mark before JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new CliError(`${name} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
