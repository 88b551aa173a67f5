import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CliError } from "../cli-error.js";
import type { Io } from "../io.js";

type ByKey = Readonly<Record<string, unknown>>;

/** Values of keys for the unit test. */
export interface Samples {
  /** The user's own. */
  readonly given: ByKey;
  /** Those of the example of the process's input, which may be out of date. */
  readonly example: ByKey;
}

/** The example that a process has of its input, beside its flow. */
const EXAMPLE = "input.example.json";

/**
 * @param option JSON text, or the path of a JSON file
 * @throws `CliError` if `option` is no JSON object
 */
export function readSamples(
  option: string | undefined,
  { flowPath, cwd }: { flowPath: string } & Pick<Io, "cwd">,
): Samples {
  const example = join(dirname(flowPath), EXAMPLE);
  return {
    given: option === undefined ? {} : given(option, cwd),
    example: (existsSync(example) ? objectIn(readFileSync(example, "utf8")) : undefined) ?? {},
  };
}

function given(option: string, cwd: string): ByKey {
  const path = resolve(cwd, option);
  const isText = option.trim().startsWith("{");
  if (!isText && !existsSync(path)) {
    throw new CliError(`--sample is neither a JSON object nor a file that is there: ${option}`);
  }
  const samples = objectIn(isText ? option : readFileSync(path, "utf8"));
  if (samples === undefined) throw new CliError(`--sample is no JSON object: ${isText ? option : path}`);
  return samples;
}

function objectIn(text: string): ByKey | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // The caller says what is wrong, or does without: the example is the process's own concern.
    return undefined;
  }
}
