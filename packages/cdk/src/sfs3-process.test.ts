import { flow, renderAsl } from "@sfs3/sdk/flow";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { reserve } from "./fixtures/orders/steps/reserve.js";
import { logicalId } from "./fixtures/policies/roles.js";
import { newStack, ordersIn, synthesized } from "./fixtures/synthesized.js";
import { DeploymentError } from "./index.js";

describe("the bucket of the sidecars", () => {
  test("is private, encrypted, versioned, and loses what has ended", () => {
    const { template, process } = synthesized();

    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
        LifecycleConfiguration: {
          Rules: Match.arrayWith([
            Match.objectLike({ Id: "sidecars", ExpirationInDays: 400, Status: "Enabled" }),
            Match.objectLike({ Id: "unused-uploads", Prefix: "uploads/", ExpirationInDays: 1 }),
          ]),
        },
      },
    });
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      Bucket: { Ref: logicalId(process.bucket) },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ]),
      },
    });
  });

  test("can be encrypted by a key, which each step then names in what it writes", () => {
    const stack = newStack();
    ordersIn(stack, { bucketProps: { encryptionKey: new Key(stack, "Key") } });

    Template.fromStack(stack).hasResourceProperties("AWS::S3::Bucket", {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } },
        ],
      },
    });
  });

  test("can be the project's own", () => {
    const stack = newStack();
    const bucket = new Bucket(stack, "Shared");
    const { functions } = ordersIn(stack, { bucket });

    const template = Template.fromStack(stack);
    template.resourceCountIs("AWS::S3::Bucket", 1);
    expect(Object.keys(functions)).toEqual(["reserve", "charge"]);
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ BUCKET_NAME: { Ref: logicalId(bucket) } }) },
    });
  });
});

test("a step's function is as Lambda runs it best, and has what a step needs", () => {
  const { template } = synthesized({ steps: { reserve: { memorySize: 1_024 } } });

  template.hasResourceProperties("AWS::Lambda::Function", {
    Description: "Orders: reserve",
    Runtime: "nodejs22.x",
    Architectures: ["arm64"],
    MemorySize: 1_024,
    TracingConfig: { Mode: "Active" },
    Environment: {
      Variables: Match.objectLike({
        TOPIC_ROOT: "orders",
        SFS3_PROCESS: "Orders",
        SFS3_METRICS: "emf",
        IOT_ENDPOINT: "iot.example.org",
        NODE_OPTIONS: "--enable-source-maps",
      }),
    },
  });
});

describe("the machine", () => {
  test("is the flow's definition with ARNs in its placeholders, and logs no data", () => {
    const { template, process } = synthesized();
    const [machine] = Object.values(template.findResources("AWS::StepFunctions::StateMachine"));
    const { DefinitionString: definition, DefinitionSubstitutions: values } = machine?.Properties ?? {};
    const placeholders = [...String(definition).matchAll(/\$\{([A-Za-z0-9]+)\}/g)].map(([, name]) => name);

    expect(definition).toBe(renderAsl(process.flow));
    expect(Object.keys(values).sort()).toEqual([...new Set(placeholders)].sort());
    expect(JSON.stringify(values.ReserveFunctionArn)).toContain(logicalId(process.functionOf("reserve")));
    expect(machine?.Properties).toMatchObject({
      StateMachineType: "STANDARD",
      LoggingConfiguration: { IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  test("can be an Express one, which has no state to ask for and no ends to announce", () => {
    const { template, process } = synthesized({ stateMachineType: StateMachineType.EXPRESS });

    template.hasResourceProperties("AWS::StepFunctions::StateMachine", { StateMachineType: "EXPRESS" });
    template.resourceCountIs("AWS::Events::Rule", 0);
    expect([process.statusNotifier, process.api?.functions.state]).toEqual([undefined, undefined]);
    expect(() => synthesized({ stateMachineType: StateMachineType.EXPRESS, eventStream: true })).toThrow(
      "an Express machine tells EventBridge nothing of its ends. Leave out eventStream",
    );
  });
});

test("ends that no state can announce go to the notifier, and all ends to the stream, without a function between", () => {
  const { template } = synthesized({ eventStream: true });

  template.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: { source: ["aws.states"], "detail-type": ["Step Functions Execution Status Change"] },
    Targets: [Match.objectLike({ Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("EventStream"), "Arn"] } })],
  });
  template.hasResourceProperties("AWS::Kinesis::Stream", {
    StreamEncryption: { EncryptionType: "KMS" },
    StreamModeDetails: { StreamMode: "ON_DEMAND" },
  });
});

test("a redrivable flow needs the notifier, which alone announces its failures, and a Standard machine", () => {
  const redrivable = flow("Shop", { input: z.object({ orderId: z.string() }), redrivable: true }).step(reserve);

  expect(synthesized({ flow: redrivable }).process.statusNotifier).toBeDefined();
  expect(() => synthesized({ flow: redrivable, statusNotifier: false })).toThrow(
    "Shop is redrivable: its machine announces no failure, its status notifier does, and that is switched off. " +
      "Leave out statusNotifier: false, or the flow's option redrivable.",
  );
  expect(() => synthesized({ flow: redrivable, stateMachineType: StateMachineType.EXPRESS })).toThrow(
    "Shop cannot be an Express machine: it is redrivable, and no Express execution can be redriven.",
  );
});

test("every route of the API asks who is calling", () => {
  const routes = Object.values(synthesized().template.findResources("AWS::ApiGatewayV2::Route"));

  expect(routes.length).toBeGreaterThanOrEqual(3);
  expect(routes.map(({ Properties }) => Properties.AuthorizationType)).toEqual(routes.map(() => "AWS_IAM"));
});

test("what is not wanted is not there", () => {
  const { template, process } = synthesized({ api: false, statusNotifier: false, dashboard: false, alarms: false });

  for (const type of ["ApiGatewayV2::Api", "Events::Rule", "CloudWatch::Dashboard", "CloudWatch::Alarm"]) {
    template.resourceCountIs(`AWS::${type}`, 0);
  }
  expect([process.api, process.statusNotifier, process.dashboard, process.alarms]).toEqual([
    undefined,
    undefined,
    undefined,
    [],
  ]);
});

describe("what cannot be deployed is refused:", () => {
  test.each([
    [
      "a step without a module",
      { entry: "/nowhere" },
      "Step 'reserve' has no module: there is no '/nowhere/reserve.ts'.",
    ],
    ["a module that there is not", { entry: (name: string) => `/nowhere/${name}.ts` }, "entry('reserve') is '/nowhere"],
    ["options for an unknown step", { steps: { absent: {} } }, "Orders has no step 'absent'"],
  ])("%s", (_, props, message) => {
    expect(() => synthesized(props)).toThrow(DeploymentError);
    expect(() => synthesized(props)).toThrow(message);
  });

  test("a function of an unknown step", () => {
    expect(() => synthesized().process.functionOf("absent")).toThrow(
      "Orders has no step 'absent'. Its steps are reserve, charge.",
    );
  });
});
