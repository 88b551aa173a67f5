// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what osls and CloudFormation fill in
import { readFileSync, writeFileSync } from "node:fs";
import { serverlessProcesses } from "@sfs3/cli/serverless";
import { expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

const STEP = (name: string, constant: string) =>
  module(`export const ${constant} = step("${name}", undefined, { timeoutSeconds: 11 });`);

const FLOWS = {
  "package.json": '{"type":"module"}',
  "src/orders/steps/reserve.ts": STEP("reserve", "reserve"),
  "src/refunds/steps/pay-back.ts": STEP("pay-back", "payBack"),
  "src/flows.ts": `
    import { flow } from "@sfs3/sdk/flow";
    import * as z from "zod";
    import { reserve } from "./orders/steps/reserve.js";
    import { payBack } from "./refunds/steps/pay-back.js";
    const input = z.object({ foo: z.string() });
    export const refunds = flow("Refunds", { input, topicRoot: "refunds" }).step(payBack);
    export const orders = flow("Orders", { input, topicRoot: "shop/orders" }).step(reserve).start(refunds, { wait: true });
  `,
};

async function useFlows(files: Readonly<Record<string, string>> = FLOWS) {
  const project = useProject(files);
  await project.sfs3(["gen-asl", "src/flows.ts", "--all", "--out", "asl"]);
  return {
    ...project,
    describe: (options = {}) => serverlessProcesses("src/flows.ts", { folder: project.folder, ...options }),
  };
}

/** Every statement of a role, as `action on resource`. */
const permissionsOf = (resources: unknown, role: string): readonly string[] => {
  const { Resources } = resources as { Resources: Record<string, { Properties: { Policies: readonly Policy[] } }> };
  return (Resources[role]?.Properties.Policies ?? []).flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} on ${nameOf(resource)}`)),
    ),
  );
};

interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly Resource[] }[];
  };
}

type Resource = string | { readonly "Fn::Sub"?: string; readonly "Fn::GetAtt"?: readonly string[] };

const nameOf = (resource: Resource): string =>
  typeof resource === "string" ? resource : (resource["Fn::Sub"] ?? resource["Fn::GetAtt"]?.join(".") ?? "");

const ACCOUNT = "${AWS::Region}:${AWS::AccountId}";

test("each step is a function: the handler in its file, the flow's time, bucket, topic root and role", async () => {
  const { functions } = await (await useFlows()).describe();

  expect(functions).toEqual({
    OrdersReserve: {
      handler: "src/orders/steps/reserve.reserve",
      timeout: 11,
      role: { "Fn::GetAtt": ["OrdersStepRole", "Arn"] },
      environment: {
        BUCKET_NAME: { Ref: "OrdersBucket" },
        TOPIC_ROOT: "shop/orders",
        SFS3_PROCESS: "Orders",
        NODE_OPTIONS: "--enable-source-maps",
      },
    },
    RefundsPayBack: expect.objectContaining({ handler: "src/refunds/steps/pay-back.payBack" }),
  });
});

test("names that are too long for a function are cut, and told apart by a hash", async () => {
  const [first, second] = ["a", "b"].map((end) => `${"n".repeat(63)}${end}`);
  const { describe } = await useFlows({
    ...FLOWS,
    [`src/steps/${first}.ts`]: STEP(`${first}`, "first"),
    [`src/steps/${second}.ts`]: STEP(`${second}`, "second"),
    "src/flows.ts": `
      import { flow } from "@sfs3/sdk/flow";
      import * as z from "zod";
      import { first } from "./steps/${first}.js";
      import { second } from "./steps/${second}.js";
      export const orders = flow("Orders", { input: z.object({ foo: z.string() }) }).step(first).step(second);
    `,
  });

  const { functions, resources } = await describe();

  const keys = Object.keys(functions);
  expect(keys).toEqual(Array(2).fill(expect.stringMatching(/^OrdersNn{25}[0-9a-f]{8}$/)));
  expect(new Set(keys).size).toBe(2);
  expect(JSON.stringify(resources.extensions)).toContain(`"${keys[0]}LambdaFunction"`);
});

test("each machine has the generated definition, with its placeholders for CloudFormation to fill in", async () => {
  const { describe, path } = await useFlows();

  const { stateMachines, resources } = await describe();

  expect(stateMachines.Orders).toEqual({
    id: "OrdersStateMachine",
    name: "${self:service}-${sls:stage}-Orders",
    role: { "Fn::GetAtt": ["OrdersStateMachineRole", "Arn"] },
    definition: JSON.parse(readFileSync(path("asl/Orders.asl.json"), "utf8")),
  });
  expect(resources.extensions).toMatchObject({
    OrdersStateMachine: {
      Properties: {
        DefinitionSubstitutions: {
          ReserveFunctionArn: { "Fn::GetAtt": ["OrdersReserveLambdaFunction", "Arn"] },
          RefundsStateMachineArn: {
            "Fn::Sub": `arn:\${AWS::Partition}:states:${ACCOUNT}:stateMachine:\${self:service}-\${sls:stage}-Refunds`,
          },
        },
      },
    },
  });
});

test("a machine with a distributed map may read its bucket, and start executions of itself", async () => {
  const { describe } = await useFlows({
    "package.json": '{"type":"module"}',
    "src/steps/list.ts": module(
      'export const list = defineStep(Input, z.object({ lines: z.array(z.string()) }), () => ({ lines: [] }), { name: "list" });',
    ),
    "src/steps/reserve.ts": STEP("reserve", "reserve"),
    "src/flows.ts": `
      import { flow } from "@sfs3/sdk/flow";
      import * as z from "zod";
      import { list } from "./steps/list.js";
      import { reserve } from "./steps/reserve.js";
      export const orders = flow("Orders", { input: z.object({ foo: z.string() }) })
        .step(list)
        .map({ over: "list-output.lines", distributed: {} }, (item) => item.step(reserve));
    `,
  });

  const { resources } = await describe();

  expect(JSON.stringify(resources.extensions)).toContain('"SidecarBucketName":{"Ref":"OrdersBucket"}');
  const machine = "${self:service}-${sls:stage}-Orders";
  expect(permissionsOf(resources, "OrdersStateMachineRole")).toEqual(
    expect.arrayContaining([
      `states:StartExecution on arn:\${AWS::Partition}:states:${ACCOUNT}:stateMachine:${machine}`,
      `states:StopExecution on arn:\${AWS::Partition}:states:${ACCOUNT}:execution:${machine}/*`,
      "s3:GetObject on ${OrdersBucket.Arn}/*",
      "s3:PutObject on ${OrdersBucket.Arn}/*",
    ]),
  );
});

test("steps may use their own process's data, topics and logs, and nothing else", async () => {
  const { resources } = await (await useFlows()).describe();

  expect(permissionsOf(resources, "OrdersStepRole")).toEqual([
    "s3:GetObject on ${OrdersBucket.Arn}/*",
    "s3:PutObject on ${OrdersBucket.Arn}/*",
    "s3:ListBucket on OrdersBucket.Arn",
    `iot:Publish on arn:\${AWS::Partition}:iot:${ACCOUNT}:topic/shop/orders/*`,
    "iot:DescribeEndpoint on *",
    ...["CreateLogStream", "PutLogEvents"].map(
      (action) =>
        `logs:${action} on arn:\${AWS::Partition}:logs:${ACCOUNT}:log-group:/aws/lambda/\${self:service}-\${sls:stage}-OrdersReserve:*`,
    ),
  ]);
});

test("a machine may invoke its functions, publish its end, and start what its states start", async () => {
  const { resources } = await (await useFlows()).describe();

  const machine = (kind: string) =>
    `arn:\${AWS::Partition}:states:${ACCOUNT}:${kind}:\${self:service}-\${sls:stage}-Refunds`;
  expect(permissionsOf(resources, "RefundsStateMachineRole")).toEqual([
    "lambda:InvokeFunction on RefundsPayBackLambdaFunction.Arn",
    `iot:Publish on arn:\${AWS::Partition}:iot:${ACCOUNT}:topic/refunds/*`,
  ]);
  expect(permissionsOf(resources, "OrdersStateMachineRole")).toEqual([
    "lambda:InvokeFunction on OrdersReserveLambdaFunction.Arn",
    `iot:Publish on arn:\${AWS::Partition}:iot:${ACCOUNT}:topic/shop/orders/*`,
    `states:StartExecution on ${machine("stateMachine")}`,
    `states:DescribeExecution on ${machine("execution")}:*`,
    `states:StopExecution on ${machine("execution")}:*`,
    ...["PutTargets", "PutRule", "DescribeRule"].map(
      (action) =>
        `events:${action} on arn:\${AWS::Partition}:events:${ACCOUNT}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
    ),
  ]);
});

test("a bucket is private, encrypted, versioned, reached by TLS only, and outlives its service", async () => {
  const { resources } = await (await useFlows()).describe();

  const { OrdersBucket, OrdersBucketPolicy } = resources.Resources as Record<string, Record<string, unknown>>;
  expect(OrdersBucket).toMatchObject({
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      VersioningConfiguration: { Status: "Enabled" },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    },
  });
  expect(OrdersBucketPolicy).toMatchObject({
    Properties: {
      Bucket: { Ref: "OrdersBucket" },
      PolicyDocument: {
        Statement: [{ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
      },
    },
  });
});

test("steps may start the flows that they are said to start, and find their machines", async () => {
  const { functions, resources } = await (await useFlows()).describe({ starts: { Refunds: ["Orders"] } });

  const arn = `arn:\${AWS::Partition}:states:${ACCOUNT}:stateMachine:\${self:service}-\${sls:stage}-Orders`;
  expect(functions.RefundsPayBack).toMatchObject({ environment: { ORDERS_STATE_MACHINE_ARN: { "Fn::Sub": arn } } });
  expect(permissionsOf(resources, "RefundsStepRole")).toContain(`states:StartExecution on ${arn}`);
  expect(permissionsOf(resources, "OrdersStepRole")).not.toContainEqual(expect.stringContaining("states:"));
});

test("a definition that is missing or stale is refused", async () => {
  const { describe, path } = await useFlows();

  writeFileSync(path("asl/Orders.asl.json"), "{}");

  await expect(describe()).rejects.toThrow(
    `${path("asl/Orders.asl.json")} is not what the flow says. Generate it: sfs3 gen-asl`,
  );
  await expect(describe({ definitions: "nowhere" })).rejects.toThrow("does not exist. Generate it");
});

test.each([
  [
    "a step that no file of its name exports",
    { "src/orders/steps/reserve.ts": "export const other = 1;" },
    {},
    "./orders/steps/elsewhere.js",
    "Orders: no file reserve.ts below",
  ],
  [
    "a flow that is started and not exported",
    {},
    {},
    undefined,
    "Orders starts Refunds, which is not deployed with it",
  ],
  [
    "an unknown flow to start",
    {},
    { starts: { Orders: ["Refund"] } },
    undefined,
    "starts: no flow is named 'Refund'. The module exports",
  ],
])("%s is refused", async (reason, files, options, from, message) => {
  const moved = from === undefined ? {} : { "src/orders/steps/elsewhere.ts": FLOWS["src/orders/steps/reserve.ts"] };
  const flows = FLOWS["src/flows.ts"]
    .replace("./orders/steps/reserve.js", from ?? "./orders/steps/reserve.js")
    .replace("export const refunds", reason.includes("not exported") ? "const refunds" : "export const refunds");
  const { describe } = await useFlows({ ...FLOWS, ...files, ...moved, "src/flows.ts": flows });

  await expect(describe(options)).rejects.toThrow(message);
});
