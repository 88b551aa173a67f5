import type { CaseResult } from "./harness.mjs";

export function rateTable(results: readonly CaseResult[]): string;
export function problemsOf(results: readonly CaseResult[], document: string): readonly string[];
