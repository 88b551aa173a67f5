import { readFileSync } from "node:fs";

/** The whole lines of a log. A last one without its end was torn by the death of its writer. */
export interface Lines {
  readonly lines: readonly string[];
  readonly isTorn: boolean;
}

export function linesOf(text: string): Lines {
  const lines = text.split("\n");
  const torn = lines.pop();
  return { lines, isTorn: torn !== "" };
}

export function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
