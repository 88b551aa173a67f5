import { functionPlaceholder, renderAsl, substitute } from "@sfs3/sdk/flow";
import { describe, expect, test } from "vitest";
import { orders } from "../src/flow.js";
import { type CloudTemplate, packaged, type Resource, readFile, readTemplate } from "./fixtures/template.js";

const TEMPLATES = ["sam/template.yaml", "cloudformation/template.yaml"];

const definition = renderAsl(orders);
const states: Record<string, { TimeoutSeconds?: number }> = JSON.parse(definition).States;
const placeholders = [...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);

const load = (path: string): CloudTemplate => readTemplate(packaged(readFile(path)));

const resource = ({ Resources }: CloudTemplate, id: string): Resource => {
  const found = Resources[id];
  if (found === undefined) throw new Error(`The template has no resource ${id}.`);
  return found;
};

test("the definition in asl/ is what gen-asl writes", () => {
  expect(readFile("asl/Orders.asl.json")).toBe(definition);
});

describe.each(TEMPLATES)("%s", (path) => {
  const template = load(path);

  test("substitutes every placeholder of the definition, and no other, each by its own step's function", () => {
    const { DefinitionSubstitutions } = resource(template, "Orders").Properties;

    expect(Object.keys(DefinitionSubstitutions as object).sort()).toEqual([...new Set(placeholders)].sort());
    expect(DefinitionSubstitutions).toEqual({
      [functionPlaceholder("charge")]: { "Fn::GetAtt": "Charge.Arn" },
      [functionPlaceholder("ship")]: { "Fn::GetAtt": "Ship.Arn" },
    });
  });

  test("gives each function the timeout of its step's state, and what a step reads from its environment", () => {
    for (const [step, id] of Object.entries({ charge: "Charge", ship: "Ship" })) {
      const { Timeout, Handler, Environment } = { ...template.Globals?.Function, ...resource(template, id).Properties };

      expect(Timeout).toBe(states[step]?.TimeoutSeconds);
      expect(Handler).toBe(`index.${step}`);
      expect(Environment).toEqual({
        Variables: {
          BUCKET_NAME: { Ref: "Sidecars" },
          TOPIC_ROOT: orders.topicRoot,
          IOT_ENDPOINT: { Ref: "IotEndpoint" },
          SFS3_PROCESS: orders.name,
          NODE_OPTIONS: "--enable-source-maps",
        },
      });
    }
  });

  test("allows no action by a wildcard, and on every resource only what knows no narrower one", () => {
    const statements = allowed(template);

    expect(statements.length).toBeGreaterThan(8);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    const wide = statements.filter(({ Resource }) => [Resource].flat().includes("*")).flatMap(({ Action }) => Action);
    expect(wide.filter((action) => !/^(xray:|logs:\w*(LogDeliver|ResourcePolic|LogGroups))/.test(action))).toEqual([]);
    const invoked = statements.filter(({ Action }) => [Action].flat().includes("lambda:InvokeFunction"));
    expect(invoked.map(({ Resource }) => Resource)).toEqual([
      [{ "Fn::GetAtt": "Charge.Arn" }, { "Fn::GetAtt": "Ship.Arn" }],
    ]);
  });

  test("keeps the bucket private, encrypted, versioned and on TLS", () => {
    const { Properties } = resource(template, "Sidecars");

    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(Properties).toMatchObject({
      VersioningConfiguration: { Status: "Enabled" },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: {} }] },
    });
    expect(JSON.stringify(resource(template, "TlsOnly"))).toContain('{"Bool":{"aws:SecureTransport":"false"}}');
  });
});

test("files that a template names exist, or are built", () => {
  const named = TEMPLATES.flatMap((path) => [...readFile(path).matchAll(/\.\.\/(\S+)/g)].map(([, file]) => file));

  expect([...new Set(named)].sort()).toEqual(["asl/Orders.asl.json", "dist/charge", "dist/notifier", "dist/ship"]);
});

test.each([
  ["cloudformation", "MemorySize: 256", "MemorySise: 256", "MemorySise"],
  ["cloudformation", "Mode: Active", "Modus: Active", "Modus"],
  ["cloudformation", "PolicyDocument:", "Policies:", "policyDocument"],
  ["cloudformation", "!GetAtt Charge.Arn", "!GetAtt Charges.Arn", "Charges"],
  ["sam", "MemorySize: 256", "MemorySise: 256", "MemorySise"],
  ["sam", "!Ref Sidecars", "!Ref Sidecar", "Sidecar"],
])("the validator that %s passes would notice %s as %s", (folder, from, to, named) => {
  const yaml = packaged(readFile(`${folder}/template.yaml`));
  expect(yaml).toContain(from);

  expect(() => readTemplate(yaml.replace(from, to))).toThrow(named);
});

test("CloudFormation's substitution leaves a definition that names the functions", () => {
  const deployed = substitute(definition, {
    ChargeFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:Charge",
    ShipFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:Ship",
  });

  expect(deployed).not.toContain("$" + "{");
  expect(JSON.parse(deployed).States.ship.Arguments.FunctionName).toMatch(/function:Ship$/);
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Every statement that allows something to a role, not what trusts it. */
const allowed = ({ Resources }: CloudTemplate): readonly Statement[] =>
  Object.values(Resources)
    .flatMap(
      ({ Properties }) => (Properties.Policies ?? []) as readonly { PolicyDocument?: object; Statement?: object }[],
    )
    .flatMap((policy) => (policy.PolicyDocument ?? policy) as { readonly Statement: readonly Statement[] })
    .flatMap(({ Statement }) => Statement)
    .filter(({ Effect }) => Effect === "Allow");
