import type { Log } from "sarif";
import { expect, test } from "vitest";
import * as z from "zod";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";
import { ALL_RULES } from "./rules.js";

const text = z.strictObject({ text: z.string().min(1) });
const level = z.enum(["none", "note", "warning", "error"]);

/** The constraints of the standard's JSON schema on what is written here; other properties are refused. */
const SarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          version: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              shortDescription: text,
              fullDescription: text,
              help: text,
              defaultConfiguration: z.strictObject({ level }),
            }),
          ),
        }),
      }),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level,
          message: text,
          locations: z.array(
            z.strictObject({
              physicalLocation: z.strictObject({
                // A URI reference with no scheme and no backslash: relative to the working directory.
                artifactLocation: z.strictObject({ uri: z.string().regex(/^[^\\: ]+$/) }),
                region: z.strictObject({ startLine: z.int().min(1) }).optional(),
              }),
              logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string() })).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

test("SARIF is what the standard's schema takes, and points at rules, files and lines", async () => {
  const { sfs3 } = useProject({
    "my flows/flow.mjs": module(
      'export const process = orders.step(step("a"))',
      '  .step(defineStep(z.object({ absent: z.string() }), Output, () => ({ text: "" }), { name: "b" }));',
      'export const lost = step("lost");',
    ),
  });

  const { exitCode, stdout } = await sfs3(["check", "my flows/flow.mjs", "--format", "sarif"]);

  const log = SarifLog.parse(JSON.parse(stdout)) satisfies Log;
  const [run] = log.runs;
  expect(exitCode).toBe(1);
  expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(ALL_RULES.map(({ name }) => name));
  expect(run?.results.map(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId)).toEqual([
    true,
    true,
  ]);
  expect(run?.results).toMatchObject([
    {
      ruleId: "unmet-read",
      level: "error",
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "my%20flows/flow.mjs" }, region: { startLine: 12 } },
          logicalLocations: [{ fullyQualifiedName: "Orders/b" }],
        },
      ],
    },
    { ruleId: "unused-step", level: "warning", locations: [{ logicalLocations: [{ fullyQualifiedName: "lost" }] }] },
  ]);
});

test("no two rules have one name", () => {
  expect(new Set(ALL_RULES.map(({ name }) => name)).size).toBe(ALL_RULES.length);
});
