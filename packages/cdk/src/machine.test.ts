import { flow } from "@sfs3/sdk/flow";
import { Template } from "aws-cdk-lib/assertions";
import { StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { orders } from "./fixtures/orders/flow.js";
import { charge } from "./fixtures/orders/steps/charge.js";
import { reserve } from "./fixtures/orders/steps/reserve.js";
import { ACCOUNT, REGION } from "./fixtures/policies/resolve.js";
import { decisions, logicalId, statementsOf } from "./fixtures/policies/roles.js";
import { newStack, ordersIn } from "./fixtures/synthesized.js";
import { DeploymentError } from "./index.js";

const Order = z.object({ orderId: z.string() });
const starting = (wait: boolean) =>
  flow("Shop", { input: Order, topicRoot: "shop" }).step(reserve).start(orders, { wait });
const states = (resource: string) => `arn:aws:states:${REGION}:${ACCOUNT}:${resource}`;
const RULE = `arn:aws:events:${REGION}:${ACCOUNT}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;

/** A process that starts another one, in the bucket of that one. */
const deployedWith = (wait: boolean) => {
  const stack = newStack();
  const started = ordersIn(stack, { api: false });
  const shop = ordersIn(
    stack,
    { flow: starting(wait), api: false, starts: { Orders: started }, bucket: started.bucket },
    "Shop",
  );
  const template = Template.fromStack(stack);
  const machine = logicalId(started.stateMachine);
  const decide = decisions(template, shop.stateMachine.role);
  const can = (action: string, resource: string) => decide({ action, resource }) === "allowed";
  return { template, started, shop, machine, can };
};

describe("a machine that starts another one", () => {
  test("may start that one, and where it does not wait no more", () => {
    const { can, machine, shop } = deployedWith(false);

    expect(can("states:StartExecution", states(`stateMachine:${machine}`))).toBe(true);
    expect(can("states:StartExecution", states(`stateMachine:${logicalId(shop.stateMachine)}`))).toBe(false);
    expect(can("states:DescribeExecution", states(`execution:${machine}:0x1`))).toBe(false);
    expect(can("events:PutRule", RULE)).toBe(false);
  });

  test("may ask for its end and stop it where it waits", () => {
    const { can, machine, shop } = deployedWith(true);

    expect(can("states:StartExecution", states(`stateMachine:${machine}`))).toBe(true);
    expect(can("states:DescribeExecution", states(`execution:${machine}:0x1`))).toBe(true);
    expect(can("states:StopExecution", states(`execution:${machine}:0x1`))).toBe(true);
    expect(can("states:StopExecution", states(`execution:${logicalId(shop.stateMachine)}:0x1`))).toBe(false);
    expect(can("events:PutRule", RULE)).toBe(true);
    expect(can("events:PutRule", RULE.replace("StepFunctionsGet", "Other"))).toBe(false);
  });

  test("finds its ARN in the definition", () => {
    const { template, machine } = deployedWith(false);

    template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      DefinitionSubstitutions: { OrdersStateMachineArn: { Ref: machine } },
    });
  });

  test("takes a machine that is no process", () => {
    const stack = newStack();
    const arn = states("stateMachine:Legacy");
    const legacy = StateMachine.fromStateMachineArn(stack, "Legacy", arn);
    const shop = ordersIn(stack, { flow: starting(true), api: false, starts: { Orders: legacy } }, "Shop");
    const decide = decisions(Template.fromStack(stack), shop.stateMachine.role);

    expect(decide({ action: "states:StartExecution", resource: arn })).toBe("allowed");
    expect(decide({ action: "states:StopExecution", resource: states("execution:Legacy:0x1") })).toBe("allowed");
  });

  test("is refused where nobody says which one that is", () => {
    expect(() => ordersIn(newStack(), { flow: starting(false), api: false })).toThrow(
      "Shop starts Orders, and nobody says which machine that is. Give its process or its machine: starts: { Orders: ... }.",
    );
  });
});

test("a step that starts a machine finds its ARN, and may start it alone", () => {
  const stack = newStack();
  const started = ordersIn(stack, { api: false });
  const shop = ordersIn(stack, { api: false, steps: { charge: { starts: { Orders: started } } } }, "Shop");
  const template = Template.fromStack(stack);
  const request = {
    action: "states:StartExecution",
    resource: states(`stateMachine:${logicalId(started.stateMachine)}`),
  };

  expect(decisions(template, shop.functionOf("charge").role)(request)).toBe("allowed");
  expect(decisions(template, shop.functionOf("reserve").role)(request)).toBe("denied");
  template.hasResourceProperties("AWS::Lambda::Function", {
    Description: "Orders: charge",
    Environment: { Variables: { ORDERS_STATE_MACHINE_ARN: { Ref: logicalId(started.stateMachine) } } },
  });
});

const distributed = flow("Shop", { input: Order, topicRoot: "shop" })
  .step(reserve)
  .state("each", {
    Type: "Map",
    Items: "{% [1..3] %}",
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "one",
      States: { one: { Type: "Pass", End: true } },
    },
  });

describe("a machine with a distributed Map", () => {
  test("may start executions of itself, by a policy that can wait for it", () => {
    const stack = newStack();
    const { stateMachine } = ordersIn(stack, { flow: distributed, api: false });
    const template = Template.fromStack(stack);
    const machine = logicalId(stateMachine);
    const decide = decisions(template, stateMachine.role);

    expect(decide({ action: "states:StartExecution", resource: states(`stateMachine:${machine}`) })).toBe("allowed");
    expect(decide({ action: "states:StopExecution", resource: states(`execution:${machine}/each:1`) })).toBe("allowed");
    expect(decide({ action: "states:StopExecution", resource: states("execution:Other:1") })).toBe("denied");
    const { DependsOn = [] } = template.findResources("AWS::StepFunctions::StateMachine")[machine] ?? {};
    expect([DependsOn].flat().filter((id) => id.includes("DistributedMap"))).toEqual([]);
  });

  test("of the flow itself reads items from the sidecars, and writes beside them who failed", () => {
    const stack = newStack();
    const items = flow("Shop", {
      input: z.object({ orderId: z.string(), lines: z.array(z.string()) }),
      topicRoot: "shop",
    })
      .pass("three", { route: { lines: 3 } })
      .map({ over: "lines", count: (route) => route.three.lines, distributed: {} }, (item) => item.step(reserve));
    const { stateMachine, bucket } = ordersIn(stack, { flow: items, api: false });
    const template = Template.fromStack(stack);
    const decide = decisions(template, stateMachine.role);
    const objects = `arn:aws:s3:::${logicalId(bucket)}`;

    expect(decide({ action: "s3:GetObject", resource: `${objects}/0x1/input.json` })).toBe("allowed");
    expect(decide({ action: "s3:PutObject", resource: `${objects}/0x1/$sfs3/map-1/1/manifest.json` })).toBe("allowed");
    expect(decide({ action: "s3:GetObject", resource: `${objects}/uploads/0x1` })).toBe("denied explicitly");
    const { Properties } = template.findResources("AWS::StepFunctions::StateMachine")[logicalId(stateMachine)] ?? {};
    expect(Properties.DefinitionSubstitutions.SidecarBucketName).toEqual({ Ref: logicalId(bucket) });
  });

  test("is not there without one", () => {
    const stack = newStack();
    const { stateMachine } = ordersIn(stack, { api: false });

    const actions = statementsOf(Template.fromStack(stack), stateMachine.role).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.startsWith("states:"))).toEqual([]);
  });
});

describe("an Express machine is refused", () => {
  const asked = flow("Shop", { input: Order, topicRoot: "shop" }).callback(reserve, { timeoutSeconds: 60 });

  test.each([
    ["'reserve' waits for a callback", asked],
    ["'start-Orders' waits for the end of what it starts", starting(true)],
    ["'each' is a distributed Map", distributed],
  ])("where %s", (why, standard) => {
    const express = { flow: standard, api: false, stateMachineType: StateMachineType.EXPRESS } as const;
    const deploy = () => ordersIn(newStack(), { ...express, starts: { Orders: ordersIn(newStack(), { api: false }) } });

    expect(deploy).toThrow(DeploymentError);
    expect(deploy).toThrow(`Shop cannot be an Express machine: ${why}. Make it a Standard one.`);
  });
});

test("a placeholder of a hand-written state needs a value", () => {
  const written = flow("Shop", { input: Order, topicRoot: "shop" })
    .step(reserve)
    .step(charge)
    .state("look", { Type: "Pass", Output: `\${TableName}` });

  expect(() => ordersIn(newStack(), { flow: written, api: false })).toThrow(
    `Shop: nothing is known for \${TableName} in its definition. Give it a value: substitutions: { TableName: ... }.`,
  );
  const stack = newStack();
  ordersIn(stack, { flow: written, api: false, substitutions: { TableName: "orders" } });
  Template.fromStack(stack).hasResourceProperties("AWS::StepFunctions::StateMachine", {
    DefinitionSubstitutions: { TableName: "orders" },
  });
});
