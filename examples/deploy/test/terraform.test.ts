import { readdirSync } from "node:fs";
import { defineStep } from "@sfs3/sdk";
import { flow, renderAsl, substitute } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { orders } from "../src/flow.js";
import { readFile } from "./fixtures/template.js";
import { type Configuration, declarations, parseTemplate, parseTerraform, references } from "./fixtures/terraform.js";

const files = readdirSync(new URL("../terraform", import.meta.url)).filter((name) => name.endsWith(".tf"));
const sources = files.map((name) => readFile(`terraform/${name}`));
const configurations = sources.map(parseTerraform);

const definition = renderAsl(orders);
const placeholders = [...new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name))].sort();

/** The attributes of the only block under a path. */
const block = (...path: readonly string[]): Readonly<Record<string, unknown>> => {
  const blocks = configurations.flatMap((configuration) => dig(configuration, path));
  expect(blocks).toHaveLength(1);
  return blocks[0] as Readonly<Record<string, unknown>>;
};

const dig = (value: unknown, [key, ...rest]: readonly string[]): readonly unknown[] => {
  if (value === undefined) return [];
  return key === undefined ? [value].flat() : dig((value as Configuration)[key], rest);
};

test("the configuration is HCL, and names only what it declares", () => {
  const declared = new Set(configurations.flatMap(declarations));
  const named = configurations.flatMap(references);

  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !declared.has(path))).toEqual([]);
});

test("templatefile gets every placeholder of the definition, and no other, each by its own step's function", () => {
  const call = /^\$\{templatefile\("\$\{path\.module\}\/\.\.\/asl\/Orders\.asl\.json", \{([\s\S]*)\}\)\}$/;
  const [, variables = ""] = call.exec(String(block("resource", "aws_sfn_state_machine", "orders").definition)) ?? [];

  expect(
    variables
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s*=\s*/)),
  ).toEqual([
    ["ChargeFunctionArn", 'aws_lambda_function.step["charge"].arn'],
    ["ShipFunctionArn", 'aws_lambda_function.step["ship"].arn'],
  ]);
  expect(placeholders).toEqual(["ChargeFunctionArn", "ShipFunctionArn"]);
});

test("each function has the timeout of its step's state, and the environment that a step reads", () => {
  const states: Record<string, { TimeoutSeconds?: number }> = JSON.parse(definition).States;
  const { steps, environment, process, topic_root } = block("locals");

  expect(steps).toEqual({
    charge: { timeout: states.charge?.TimeoutSeconds },
    ship: { timeout: states.ship?.TimeoutSeconds },
  });
  expect({ process, topic_root }).toEqual({ process: orders.name, topic_root: orders.topicRoot });
  expect(Object.keys(environment as object).sort()).toEqual([
    "BUCKET_NAME",
    "IOT_ENDPOINT",
    "NODE_OPTIONS",
    "SFS3_PROCESS",
    "TOPIC_ROOT",
  ]);
});

test("no role gets an action by a wildcard, nor every resource of what knows a narrower one", () => {
  const statements = configurations
    .flatMap(({ data }) => Object.values((data as Record<string, object>)?.aws_iam_policy_document ?? {}).flat())
    .flatMap(({ statement }) => statement as readonly { actions: readonly string[]; resources?: readonly string[] }[]);

  expect(statements.length).toBeGreaterThan(10);
  expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes("*"))).toEqual([]);
  const wide = statements.filter(({ resources = [] }) => resources.includes("*")).flatMap(({ actions }) => actions);
  expect(wide.filter((action) => !/^(xray:|logs:\w*(LogDeliver|ResourcePolic|LogGroups))/.test(action))).toEqual([]);
});

test("Terraform's parser finds the placeholders in the definition, and nothing else to evaluate", () => {
  expect(parseTemplate(definition)).toBe(definition);

  const deployed = substitute(definition, Object.fromEntries(placeholders.map((name) => [name ?? "", `arn:${name}`])));
  expect(JSON.parse(deployed).States.ship.Arguments.FunctionName).toBe("arn:ShipFunctionArn");
});

test("so it does in any definition, whatever is written in a state by hand", () => {
  const step = defineStep(z.object({}), z.object({}), () => ({}), { name: "charge" });
  const texts = fc
    .array(fc.constantFrom("$", "%", "{", "}", "if x", "~", '"', "\\", "Name", "${", "\n", " "), { maxLength: 10 })
    .map((parts) => parts.join(""));

  fc.assert(
    fc.property(texts, (text) => {
      const process = flow("P", { input: z.object({}) })
        .step(step)
        .state("by-hand", { Type: "Pass", Output: { text } });
      const rendered = renderAsl(process);

      expect(parseTemplate(rendered)).toBe(rendered);
    }),
    { numRuns: 60 },
  );
});

test.each(['{% {"a": 1}%{if x} %}', "%{ x }", "${ "])("an unshielded %j would not have passed", (text) => {
  expect(() => parseTemplate(`${JSON.stringify(text)}\n`)).toThrow("no HCL");
});
