import { readFileSync } from "node:fs";
import type { Finding } from "./finding.js";

/** Where a finding belongs: a file, and the line where it can be told. */
export interface Location {
  /** Absolute path. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number | undefined;
}

/** The line that names the finding's state, else its flow, in the file that it is about. */
export function locate({ path: own, state, flow }: Finding, module: string): Location {
  const path = own ?? module;
  const lines = readFileSync(path, "utf8").split("\n");
  const index = [state, flow].map((name) => lineOf(lines, name)).find((line) => line !== -1) ?? -1;
  return { path, line: index === -1 ? undefined : index + 1 };
}

/** Names stand in quotes: `name: "charge"`, `{ as: "charge" }`, `flow("Orders", ...)`. */
const lineOf = (lines: readonly string[], name: string | undefined): number =>
  name === undefined || name === ""
    ? -1
    : lines.findIndex((line) => [`"${name}"`, `'${name}'`, `\`${name}\``].some((quoted) => line.includes(quoted)));
