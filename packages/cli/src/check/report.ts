import { relative, sep } from "node:path";
import { VERSION } from "../version.js";
import type { Finding, Severity } from "./finding.js";
import type { Location } from "./location.js";
import type { RuleSummary } from "./rules.js";
import { ALL_RULES } from "./rules.js";
import { sarifLog } from "./sarif.js";

/** A finding and where it belongs. */
export interface Located extends Finding {
  readonly location: Location;
}

export interface Reported {
  readonly findings: readonly Located[];
  readonly cwd: string;
}

/** What the findings are written as. */
export const FORMATS = {
  text: ({ findings, cwd }: Reported): string =>
    findings
      .map(({ severity, message, rule, location }) => `${placeOf(location, cwd)}: ${severity}: ${message} [${rule}]\n`)
      .join(""),

  json: ({ findings, cwd }: Reported): string => asJson(findings.map((finding) => plain(finding, cwd))),

  sarif: ({ findings, cwd }: Reported): string =>
    asJson(
      sarifLog({
        version: VERSION,
        rules: ALL_RULES satisfies readonly RuleSummary[],
        results: findings.map((finding) => plain(finding, cwd)),
      }),
    ),
} as const;

export type Format = keyof typeof FORMATS;

/** A finding as data: paths as the user sees them, from the working directory, with slashes. */
export interface PlainFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly flow?: string;
  readonly state?: string;
  readonly message: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
}

function plain({ rule, severity, flow, state, message, location }: Located, cwd: string): PlainFinding {
  return {
    rule,
    severity,
    ...(flow !== "" && { flow }),
    ...(state !== undefined && { state }),
    message,
    file: fileOf(location, cwd),
    ...(location.line !== undefined && { line: location.line }),
  };
}

const fileOf = ({ path }: Location, cwd: string): string => relative(cwd, path).split(sep).join("/");

const placeOf = (location: Location, cwd: string): string =>
  [fileOf(location, cwd), location.line].filter((part) => part !== undefined).join(":");

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
