import { type App, type Stack, Validations } from "aws-cdk-lib";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { type IVpc, Vpc } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import { StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { orders } from "./fixtures/orders/flow.js";
import { ENTRY, newStack } from "./fixtures/synthesized.js";
import { Sfs3Process, type Sfs3ProcessProps } from "./index.js";

/** What is for a project to decide, and not for the construct. */
const OF_THE_PROJECT = {
  "AwsSolutions-S1": "This project keeps no access logs.",
  "AwsSolutions-VPC7": "This project keeps no flow logs.",
};

const checked = (propsOf: (stack: Stack) => Partial<Sfs3ProcessProps>, acknowledged: object = OF_THE_PROJECT) => {
  const stack = newStack({ validates: true });
  const app = stack.node.root as App;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const [id, reason] of Object.entries(acknowledged)) Validations.of(stack).acknowledge({ id, reason });
  new Sfs3Process(stack, "Orders", { flow: orders, entry: ENTRY, ...propsOf(stack) });
  return () => app.synth();
};

test.each<[string, (stack: Stack) => Partial<Sfs3ProcessProps>]>([
  ["as it is", () => ({})],
  ["with a stream of its ends", () => ({ eventStream: true })],
  [
    "with a key of its own",
    (stack) => ({ bucketProps: { encryptionKey: new Key(stack, "Key", { enableKeyRotation: true }) } }),
  ],
  ["with a prefix", () => ({ transactionPrefix: "orders-" })],
  ["in a VPC", (stack) => ({ stepDefaults: { vpc: new Vpc(stack, "Vpc", { natGateways: 0 }) as IVpc } })],
  ["as an Express machine", () => ({ stateMachineType: StateMachineType.EXPRESS })],
  [
    "for browsers, by tokens",
    () => ({
      api: {
        authorizer: new HttpJwtAuthorizer("Users", "https://users.example.org", { jwtAudience: ["app"] }),
        corsOrigins: ["https://app.example.org"],
      },
    }),
  ],
])("a process %s breaks no rule of CloudFormation, and none of AwsSolutions that it does not explain", (_, propsOf) => {
  expect(checked(propsOf)).not.toThrow();
});

test("what nobody has explained is found", () => {
  expect(checked(() => ({}), {})).toThrow("AwsSolutions-S1");
});
