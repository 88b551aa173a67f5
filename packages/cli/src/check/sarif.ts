import type { Severity } from "./finding.js";
import type { PlainFinding } from "./report.js";
import type { RuleSummary } from "./rules.js";

interface SarifContent {
  readonly version: string;
  readonly rules: readonly RuleSummary[];
  readonly results: readonly PlainFinding[];
}

const LEVEL = { error: "error", warning: "warning", info: "note" } as const satisfies Record<Severity, string>;

/**
 * The findings as code scanners take them.
 * Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
 */
export const sarifLog = ({ version, rules, results }: SarifContent) => ({
  $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  version: "2.1.0",
  runs: [
    {
      tool: {
        driver: {
          name: "sfs3 check",
          version,
          rules: rules.map(({ name, severity, summary }) => ({
            id: name,
            shortDescription: { text: summary },
            fullDescription: { text: summary },
            help: { text: `${summary} What to do stands in each finding; docs/check.md has the list of rules.` },
            defaultConfiguration: { level: LEVEL[severity] },
          })),
        },
      },
      results: results.map((result) => ({
        ruleId: result.rule,
        ruleIndex: rules.findIndex(({ name }) => name === result.rule),
        level: LEVEL[result.severity],
        message: { text: result.message },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: encodeURI(result.file) },
              ...(result.line !== undefined && { region: { startLine: result.line } }),
            },
            ...logicalLocations(result),
          },
        ],
      })),
    },
  ],
});

/** The state, by its flow and its name. */
const logicalLocations = ({ flow, state }: PlainFinding) =>
  flow === undefined && state === undefined
    ? {}
    : { logicalLocations: [{ fullyQualifiedName: [flow, state].filter((name) => name !== undefined).join("/") }] };
