import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { type IRole, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { describe, expect, test } from "vitest";
import { ACCOUNT, REGION } from "./fixtures/policies/resolve.js";
import { decisions, logicalId, roleIds, statementsOf, statementsOfId, trustOf } from "./fixtures/policies/roles.js";
import { newStack, ordersIn } from "./fixtures/synthesized.js";
import type { Sfs3Process, Sfs3ProcessProps } from "./index.js";

/** Two processes side by side, each with a bucket of its own; made once, since no test changes them. */
const deployed = (() => {
  const stack = newStack();
  const orders = ordersIn(stack, { eventStream: true });
  const others = ordersIn(stack, {}, "Others");
  const template = Template.fromStack(stack);
  const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
  const bucket = `arn:aws:s3:::${logicalId(orders.bucket)}`;
  const machine = logicalId(orders.stateMachine);
  return {
    template,
    orders,
    arns: {
      bucket,
      sidecar: `${bucket}/0x58fe985b`,
      part: `${bucket}/0x58fe985b/input.json`,
      upload: `${bucket}/uploads/0x58fe985b`,
      endMark: `${bucket}/ends/${machine}/0x58fe985b/17`,
      otherEndMark: `${bucket}/ends/Others/0x58fe985b/17`,
      otherBucket: `arn:aws:s3:::${logicalId(others.bucket)}`,
      otherSidecar: `arn:aws:s3:::${logicalId(others.bucket)}/0x58fe985b`,
      reserve: arn("lambda", `function:${logicalId(orders.functionOf("reserve"))}`),
      startFunction: arn("lambda", `function:${logicalId(orders.api?.functions.start ?? orders)}`),
      otherFunction: arn("lambda", `function:${logicalId(others.functionOf("reserve"))}`),
      machine: arn("states", `stateMachine:${machine}`),
      execution: arn("states", `execution:${machine}:0x58fe985b`),
      otherMachine: arn("states", `stateMachine:${logicalId(others.stateMachine)}`),
      otherExecution: arn("states", `execution:${logicalId(others.stateMachine)}:0x58fe985b`),
      end: arn("iot", "topic/orders/0x58fe985b"),
      endOfWorker: arn("iot", "topic/orders/worker1/0x58fe985b"),
      progress: arn("iot", "topic/orders/worker1/0x58fe985b/reserve"),
      progressOfCharge: arn("iot", "topic/orders/worker1/0x58fe985b/charge"),
      otherTopic: arn("iot", "topic/invoices/0x58fe985b/reserve"),
      filter: arn("iot", "topicfilter/orders/worker1/#"),
      everyFilter: arn("iot", "topicfilter/#"),
      otherFilter: arn("iot", "topicfilter/invoices/#"),
      client: arn("iot", "client/sfs3-1"),
      strangeClient: arn("iot", "client/orders-service"),
      reservedTopic: arn("iot", "topic/$aws/things/door/shadow/update"),
      strangeObject: "arn:aws:s3:::somebody-elses/0x58fe985b",
      role: arn("iam", "role/Admin").replace(`:${REGION}:`, "::"),
      any: "*",
    },
  };
})();

type Arns = (typeof deployed)["arns"];
type Table = readonly (readonly [action: string, resource: keyof Arns])[];
type Roles = (process: Sfs3Process) => IRole | undefined;

/** What nobody of a process may. */
const NOBODY: Table = [
  ["s3:PutObject", "otherEndMark"],
  ["s3:GetObject", "otherSidecar"],
  ["s3:PutObject", "otherSidecar"],
  ["s3:ListBucket", "otherBucket"],
  ["s3:DeleteObject", "sidecar"],
  ["s3:DeleteObjectVersion", "sidecar"],
  ["s3:GetObjectVersion", "sidecar"],
  ["s3:PutBucketPolicy", "bucket"],
  ["s3:PutLifecycleConfiguration", "bucket"],
  ["states:StartExecution", "otherMachine"],
  ["states:DescribeExecution", "otherExecution"],
  ["states:StopExecution", "execution"],
  ["lambda:InvokeFunction", "otherFunction"],
  ["lambda:UpdateFunctionCode", "reserve"],
  ["iot:Publish", "otherTopic"],
  ["iot:Subscribe", "everyFilter"],
  ["iot:Subscribe", "otherFilter"],
  ["iot:Connect", "strangeClient"],
  ["s3:GetObject", "strangeObject"],
  ["s3:PutObjectAcl", "sidecar"],
  ["s3:PutObjectRetention", "sidecar"],
  ["s3:PutEncryptionConfiguration", "bucket"],
  ["s3:DeleteBucket", "bucket"],
  ["states:UpdateStateMachine", "machine"],
  ["states:DeleteStateMachine", "machine"],
  ["states:RedriveExecution", "execution"],
  ["states:SendTaskSuccess", "any"],
  ["lambda:UpdateFunctionConfiguration", "reserve"],
  ["lambda:AddPermission", "reserve"],
  ["iot:Publish", "reservedTopic"],
  ["iot:RetainPublish", "end"],
  ["iot:GetRetainedMessage", "end"],
  ["iot:UpdateThingShadow", "any"],
  ["iam:PassRole", "role"],
  ["iam:PassRole", "any"],
  ["iam:PutRolePolicy", "role"],
  ["sts:AssumeRole", "role"],
  ["kms:Decrypt", "any"],
  ["logs:DeleteLogGroup", "any"],
  ["secretsmanager:GetSecretValue", "any"],
];

const ROLES: readonly (readonly [string, Roles, { readonly may: Table; readonly mayNot: Table }])[] = [
  [
    "a step",
    ({ functions }) => functions.reserve?.role,
    {
      may: [
        ["s3:GetObject", "sidecar"],
        ["s3:PutObject", "sidecar"],
        ["s3:GetObject", "part"],
        ["s3:PutObject", "part"],
        ["s3:ListBucket", "bucket"],
        ["iot:Publish", "progress"],
        ["xray:PutTraceSegments", "any"],
      ],
      mayNot: [
        ["s3:GetObject", "upload"],
        ["s3:PutObject", "upload"],
        ["s3:PutObject", "endMark"],
        ["iot:Publish", "progressOfCharge"],
        ["iot:Publish", "end"],
        ["iot:Publish", "endOfWorker"],
        ["states:StartExecution", "machine"],
        ["states:DescribeExecution", "execution"],
        ["lambda:InvokeFunction", "reserve"],
        ["iot:Subscribe", "filter"],
        ["iot:Connect", "client"],
      ],
    },
  ],
  [
    "the machine",
    ({ stateMachine }) => stateMachine.role,
    {
      may: [
        ["lambda:InvokeFunction", "reserve"],
        ["iot:Publish", "end"],
        ["iot:Publish", "endOfWorker"],
      ],
      mayNot: [
        ["lambda:InvokeFunction", "startFunction"],
        ["iot:Publish", "progress"],
        ["s3:GetObject", "sidecar"],
        ["s3:PutObject", "sidecar"],
        ["states:StartExecution", "machine"],
        ["iot:Subscribe", "filter"],
      ],
    },
  ],
  [
    "the start API",
    ({ api }) => api?.functions.start?.role,
    {
      may: [
        ["s3:PutObject", "sidecar"],
        ["s3:GetObject", "sidecar"],
        ["s3:PutObject", "upload"],
        ["s3:GetObject", "upload"],
        ["s3:DeleteObject", "upload"],
        ["states:StartExecution", "machine"],
      ],
      mayNot: [
        ["s3:PutObject", "endMark"],
        ["states:DescribeExecution", "execution"],
        ["iot:Publish", "end"],
        ["lambda:InvokeFunction", "reserve"],
      ],
    },
  ],
  [
    "the state API",
    ({ api }) => api?.functions.state?.role,
    {
      may: [["states:DescribeExecution", "execution"]],
      mayNot: [
        ["states:GetExecutionHistory", "execution"],
        ["states:StartExecution", "machine"],
        ["s3:GetObject", "sidecar"],
        ["s3:ListBucket", "bucket"],
        ["iot:Publish", "end"],
      ],
    },
  ],
  [
    "the API of credentials",
    ({ api }) => api?.functions.iotKeys?.role,
    {
      may: [],
      mayNot: [
        ["iot:Connect", "client"],
        ["iot:Subscribe", "filter"],
        ["iot:Publish", "end"],
        ["s3:GetObject", "sidecar"],
        ["states:DescribeExecution", "execution"],
      ],
    },
  ],
  [
    "whoever was given credentials",
    ({ api }) => api?.listenerRole,
    {
      may: [
        ["iot:Connect", "client"],
        ["iot:Subscribe", "filter"],
        ["iot:Receive", "endOfWorker"],
        ["iot:Receive", "progress"],
      ],
      mayNot: [
        ["iot:Publish", "end"],
        ["iot:Publish", "progress"],
        ["iot:Receive", "otherTopic"],
        ["s3:GetObject", "sidecar"],
        ["states:DescribeExecution", "execution"],
      ],
    },
  ],
  [
    "the status notifier",
    ({ statusNotifier }) => statusNotifier?.function.role,
    {
      may: [
        ["states:DescribeExecution", "execution"],
        ["states:GetExecutionHistory", "execution"],
        ["iot:Publish", "end"],
        ["iot:Publish", "endOfWorker"],
        ["s3:GetObject", "endMark"],
        ["s3:PutObject", "endMark"],
        ["s3:ListBucket", "bucket"],
      ],
      mayNot: [
        ["s3:GetObject", "sidecar"],
        ["s3:PutObject", "sidecar"],
        ["s3:GetObject", "upload"],
        ["states:StartExecution", "machine"],
        ["lambda:InvokeFunction", "reserve"],
      ],
    },
  ],
];

describe.each(ROLES)("%s", (_, roleOf, { may, mayNot }) => {
  const { orders, template, arns } = deployed;
  const decide = decisions(template, roleOf(orders));

  test.each(may)("may %s on the %s", (action, resource) => {
    expect(decide({ action, resource: arns[resource] })).toBe("allowed");
  });

  test.each([...mayNot, ...NOBODY])("may not %s on the %s", (action, resource) => {
    expect(decide({ action, resource: arns[resource] })).toMatch("denied");
  });

  test("has no action with a wildcard", () => {
    const allowed = statementsOf(template, roleOf(orders)).filter(({ Effect }) => Effect === "Allow");

    expect(allowed.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });
});

test("no role of the template is left out of these tables, but for those that deliver the process's ends", () => {
  const { orders, template } = deployed;
  const judged = ROLES.flatMap(([, roleOf]) => roleOf(orders) ?? []).map(logicalId);
  const steps = Object.values(orders.functions)
    .flatMap(({ role }) => role ?? [])
    .map(logicalId);
  const others = roleIds(template).filter((id) => id.startsWith("Orders") && ![...judged, ...steps].includes(id));

  expect(others).toEqual([expect.stringContaining("EventsRole")]);
  expect(statementsOfId(template, others[0] ?? "").flatMap(({ Action }) => Action)).toEqual([
    "kinesis:ListShards",
    "kinesis:PutRecord",
    "kinesis:PutRecords",
  ]);
});

/** Each with more permissions than the process as it is. */
const VARIANTS: readonly (readonly [string, (stack: Stack) => Partial<Sfs3ProcessProps>])[] = [
  ["a key of its own", (stack) => ({ bucketProps: { encryptionKey: new Key(stack, "Key") } })],
  ["a prefix", () => ({ transactionPrefix: "orders-" })],
  ["an Express machine", () => ({ stateMachineType: StateMachineType.EXPRESS })],
  ["alarms and a stream", () => ({ eventStream: true, alarms: {} })],
];

describe.each(VARIANTS)("with %s", (_, propsOf) => {
  test("nobody may hand a role on, change what runs, remove data or reach another process", () => {
    const stack = newStack();
    const process = ordersIn(stack, propsOf(stack));
    ordersIn(stack, {}, "Others");
    const template = Template.fromStack(stack);
    const listener = process.api && logicalId(process.api.listenerRole);

    for (const id of roleIds(template)) {
      const allowed = statementsOfId(template, id).filter(({ Effect }) => Effect === "Allow");
      const uses = allowed.flatMap(({ Action, Resource }) => [Action].flat().map((action) => ({ action, Resource })));
      const actions = uses.map(({ action }) => action);

      expect(actions.filter((action) => /\*|^iam:|:(Delete|Update)(?!Object$|LogDelivery$)/.test(action))).toEqual([]);
      for (const { action, Resource } of uses) {
        if (action === "s3:DeleteObject") expect(String(Resource)).toMatch(/\/uploads\/[a-z-]*\*$/);
        if (action === "sts:AssumeRole") expect(String(Resource)).toMatch(/:role\/(Orders|Others)ApiListenerRole\w+$/);
        if (action.startsWith("iot:"))
          expect(String(Resource)).toMatch(/:(topic|topicfilter)\/orders\/|:client\/sfs3-\*$/);
        if (/^(s3|kms|states|lambda):/.test(action)) expect([Resource].flat()).not.toContain("*");
      }
      if (id === listener) expect(new Set(actions)).toEqual(new Set(["iot:Connect", "iot:Subscribe", "iot:Receive"]));
    }
  });
});

test("only the API of credentials can become a listener", () => {
  const { orders, template } = deployed;
  const { functions, listenerRole } = orders.api ?? {};
  if (listenerRole === undefined || functions?.iotKeys.role === undefined) throw new Error("There is no API.");

  expect(trustOf(template, listenerRole)).toEqual([
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/${logicalId(functions.iotKeys.role)}` },
    },
  ]);
});

test("who may start processes by itself may do nothing else with them", () => {
  const stack = newStack();
  const process = ordersIn(stack, { api: false });
  const starter = new Role(stack, "Starter", { assumedBy: new ServicePrincipal("ec2.amazonaws.com") });
  process.grantStart(starter);
  const decide = decisions(Template.fromStack(stack), starter);
  const bucket = `arn:aws:s3:::${logicalId(process.bucket)}`;
  const machine = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${logicalId(process.stateMachine)}`;

  expect(decide({ action: "s3:PutObject", resource: `${bucket}/0x1` })).toBe("allowed");
  expect(decide({ action: "states:StartExecution", resource: machine })).toBe("allowed");
  expect(decide({ action: "s3:GetObject", resource: `${bucket}/0x1` })).toBe("denied");
  expect(decide({ action: "s3:PutObject", resource: `${bucket}/ends/a/b/1` })).toBe("denied explicitly");
  expect(decide({ action: "states:StopExecution", resource: machine.replace("stateMachine", "execution") })).toBe(
    "denied",
  );
});

test("processes that share a bucket under prefixes of their own touch nothing of each other's", () => {
  const stack = newStack();
  const bucket = new Bucket(stack, "Shared");
  const orders = ordersIn(stack, { bucket, transactionPrefix: "orders-" });
  const others = ordersIn(stack, { bucket, transactionPrefix: "others-" }, "Others");
  const starter = new Role(stack, "Starter", { assumedBy: new ServicePrincipal("ec2.amazonaws.com") });
  orders.grantStart(starter);
  const template = Template.fromStack(stack);
  const roles = [
    orders.functionOf("reserve").role,
    orders.api?.functions.start.role,
    orders.statusNotifier?.function.role,
  ];
  const objects = `arn:aws:s3:::${logicalId(bucket)}`;
  const ends = `${objects}/ends/${logicalId(others.stateMachine)}/others-0x1/17`;
  const foreign = [`${objects}/others-0x1`, `${objects}/0x1`, `${objects}/uploads/others-0x1`, ends];

  for (const decide of [...roles, starter].map((role) => decisions(template, role))) {
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(foreign.map((resource) => decide({ action, resource }) === "allowed")).toEqual(foreign.map(() => false));
    }
  }
  const step = decisions(template, orders.functionOf("reserve").role);
  expect(step({ action: "s3:PutObject", resource: `${objects}/orders-0x1` })).toBe("allowed");
  const start = decisions(template, orders.api?.functions.start.role);
  expect(start({ action: "s3:GetObject", resource: `${objects}/uploads/orders-0x1` })).toBe("allowed");
  template.hasResourceProperties("AWS::Lambda::Function", {
    Description: "Orders: starts it",
    Environment: { Variables: { TRANSACTION_PREFIX: "orders-" } },
  });
});

test.each(["a/", "*", "a".repeat(31)])("the prefix %j, which is no beginning of a name, is refused", (prefix) => {
  expect(() => ordersIn(newStack(), { transactionPrefix: prefix })).toThrow("must be at most 30 characters");
});
