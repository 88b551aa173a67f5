import {
  type FlowDefinition,
  renderAsl,
  SIDECAR_BUCKET_PLACEHOLDER,
  stateMachinePlaceholder,
  stateMachineVariable,
  substitute,
} from "@sfs3/sdk/flow";
import { type FlowFunction, functionsOf } from "./flow-functions.js";
import type { FunctionOptions } from "./lambda/index.js";
import type { LocalStack } from "./stack.js";
import { putNotifier } from "./status-notifier.js";
import { StepFunctionsError } from "./stepfunctions/index.js";

/** A flow and where Lambda workers find its handlers. */
export interface DeployableFlow {
  readonly flow: FlowDefinition;
  /** The name under which its module exports it. */
  readonly exportName: string;
  /** Absolute path of the module that exports it. Default: that of the deployment. */
  readonly module?: string;
}

export interface DeployOptions {
  /** Absolute path of the module that exports the flows which name no other. */
  readonly module: string;
  /** Flows that may start each other are deployed together. */
  readonly flows: readonly DeployableFlow[];
  /** The bucket of the sidecars; made if there is none. Default: `sfs3`. */
  readonly bucket?: string;
  /** More environment for every function. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Whether the SDK's status notifier hears of every end, as behind the rule of EventBridge, and announces those that the
   * machine cannot: abort, timeout, every failure of a redrivable flow. A function more a flow. Default: `false`.
   */
  readonly statusNotifier?: boolean;
}

/** What was deployed. */
export interface Deployment {
  readonly bucket: string;
  /** ARNs of the machines, by flow name. */
  readonly stateMachineArns: Readonly<Record<string, string>>;
}

/**
 * Deploys flows as a deployment to AWS does: a function a step, the generated definitions with ARNs in place of the
 * placeholders, a bucket. Every function gets `BUCKET_NAME`, its flow's `TOPIC_ROOT`, and the ARN of every machine as
 * `<FLOW>_STATE_MACHINE_ARN`. A function's timeout is the longest that the flow gives an attempt of its step.
 *
 * What is deployed already is updated: executions under way finish on the definition that they started with.
 *
 * @throws `FlowDefinitionError` for a flow that cannot run, `InvalidDefinition` for one that uses what this engine lacks,
 * Error for one that starts a flow which is not deployed with it
 *
 * @example
 * ```ts
 * import { fileURLToPath } from "node:url";
 * import { deployFlows, startLocalStack, startProcess } from "@sfs3/local";
 * import { orders } from "./orders.js";
 *
 * const stack = await startLocalStack({ dataDir: ".sfs3" });
 * const module = fileURLToPath(new URL("./orders.js", import.meta.url));
 * const deployment = await deployFlows(stack, { module, flows: [{ flow: orders, exportName: "orders" }] });
 * await startProcess(stack, deployment, { flow: orders, input: { orderId: "17" } });
 * ```
 */
export async function deployFlows(stack: LocalStack, options: DeployOptions): Promise<Deployment> {
  const { bucket = "sfs3", flows } = options;
  const stateMachineArns = Object.fromEntries(flows.map(({ flow }) => [flow.name, stack.stateMachineArn(flow.name)]));
  const deployment = { bucket, stateMachineArns };
  // All of them before the first is deployed: what one flow is refused for leaves the others as they were.
  const planned = flows.map((deployable) => plan(stack, deployable, { ...options, ...deployment }));
  for (const { name, definition } of planned) await checkDefinition(stack, name, definition);
  await stack.s3.createBucket(bucket);
  for (const { name, definition } of planned) await putMachine(stack, name, definition);
  for (const { functions } of planned) for (const options of functions) putFunction(stack, options);
  const environment = { ...LOCAL_ENVIRONMENT, ...options.environment };
  if (options.statusNotifier) for (const { flow } of flows) putNotifier(stack, flow, { bucket, environment });
  return deployment;
}

/** What a flow becomes. */
interface Plan {
  readonly name: string;
  readonly definition: string;
  readonly functions: readonly FunctionOptions[];
}

function plan(stack: LocalStack, deployable: DeployableFlow, options: DeployOptions & Deployment): Plan {
  const { flow, exportName, module = options.module } = deployable;
  const functions = functionsOf(flow);
  const functionArns = functions.map(({ placeholder, name }) => [placeholder, stack.functionArn(name)]);
  const definition = substitute(renderAsl(flow), {
    ...Object.fromEntries(functionArns),
    ...byPlaceholder(options.stateMachineArns),
    [SIDECAR_BUCKET_PLACEHOLDER]: options.bucket,
  });
  checkStarted(flow, definition);
  const environment = environmentOf(flow, options);
  const optionsOf = ({ name, step, timeoutSeconds }: FlowFunction): FunctionOptions => ({
    name,
    handler: { module, path: [exportName, "handlers", step] },
    timeoutSeconds,
    environment,
  });
  return { name: flow.name, definition, functions: functions.map(optionsOf) };
}

/** The Node.js of this machine is not the one that a deployed function has: its age is no news here. */
const LOCAL_ENVIRONMENT = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

const environmentOf = (
  { topicRoot }: FlowDefinition,
  { bucket, stateMachineArns, environment }: DeployOptions & Deployment,
): Readonly<Record<string, string>> => ({
  ...LOCAL_ENVIRONMENT,
  BUCKET_NAME: bucket,
  TOPIC_ROOT: topicRoot,
  ...Object.fromEntries(Object.entries(stateMachineArns).map(([name, arn]) => [stateMachineVariable(name), arn])),
  ...environment,
});

/** Of several flows, a refusal has to say which one it is about. */
async function checkDefinition({ stepFunctions }: LocalStack, name: string, definition: string): Promise<void> {
  const { result, diagnostics } = await stepFunctions.validateStateMachineDefinition({ definition });
  if (result === "OK") return;
  const problems = diagnostics.map(({ code, message, location }) => `${code}: ${message} at ${location}`).join("; ");
  throw new StepFunctionsError("InvalidDefinition", `${name}: Invalid State Machine Definition: '${problems}'`);
}

/** The data folder may hold the machine as an earlier deployment left it. */
async function putMachine(stack: LocalStack, name: string, definition: string): Promise<void> {
  const { stepFunctions, roleArn } = stack;
  try {
    await stepFunctions.createStateMachine({ name, definition, roleArn });
  } catch (error) {
    if (!(error instanceof StepFunctionsError) || error.name !== "StateMachineAlreadyExists") throw error;
    await stepFunctions.updateStateMachine({ stateMachineArn: stack.stateMachineArn(name), definition });
  }
}

function putFunction({ lambda }: LocalStack, options: FunctionOptions): void {
  const { name, ...update } = options;
  const exists = lambda.listFunctions().some((known) => known.name === name);
  if (exists) lambda.updateFunction(name, update);
  else lambda.createFunction(options);
}

const byPlaceholder = (stateMachineArns: Deployment["stateMachineArns"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(stateMachineArns).map(([name, arn]) => [stateMachinePlaceholder(name), arn]));

/** A machine whose ARN nobody knows would fail only when it is started, long after its process has begun. */
function checkStarted(flow: FlowDefinition, definition: string): void {
  const [placeholder] = /\$\{\w+StateMachineArn\}/.exec(definition) ?? [];
  if (placeholder === undefined) return;
  throw new Error(
    `${flow.name} starts the machine ${placeholder}, which is not deployed with it. Export that flow from the same module.`,
  );
}
