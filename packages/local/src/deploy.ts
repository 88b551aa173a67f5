import { createHash } from "node:crypto";
import {
  type AslDefinition,
  type FlowDefinition,
  functionPlaceholder,
  renderAsl,
  stateMachinePlaceholder,
  stateMachineVariable,
  substitute,
  toAsl,
} from "@sfs3/sdk/flow";
import type { LocalStack } from "./stack.js";
import { StepFunctionsError } from "./stepfunctions/index.js";

/** Lambda's timeout of a step that no state gives one, as a callback's. Unit: seconds. */
const DEFAULT_TIMEOUT_SECONDS = 60;

/** The Node.js of this machine is not the one that a deployed function has: its age is no news here. */
const LOCAL_ENVIRONMENT = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/** A flow and where Lambda workers find its handlers. */
export interface DeployableFlow {
  readonly flow: FlowDefinition;
  /** The name under which its module exports it. */
  readonly exportName: string;
}

export interface DeployOptions {
  /** Absolute path of the module that exports the flows. */
  readonly module: string;
  /** Flows that may start each other are deployed together. */
  readonly flows: readonly DeployableFlow[];
  /** The bucket of the sidecars; made if there is none. Default: `sfs3`. */
  readonly bucket?: string;
  /** More environment for every function. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What was deployed. */
export interface Deployment {
  readonly bucket: string;
  /** ARNs of the machines, by flow name. */
  readonly stateMachineArns: Readonly<Record<string, string>>;
}

/**
 * Deploys flows as a deployment to AWS does: a function a step, the generated definitions with ARNs in place of the
 * placeholders, a bucket. What is deployed already is updated. Every function gets `BUCKET_NAME`, its flow's `TOPIC_ROOT`, and the ARN of every machine as
 * `<FLOW>_STATE_MACHINE_ARN`. A function's timeout is the longest that the flow gives an attempt of its step.
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
  await stack.s3.createBucket(bucket);
  for (const deployable of flows) {
    const functionArns = createFunctions(stack, deployable, { ...options, bucket, stateMachineArns });
    const definition = substitute(renderAsl(deployable.flow), { ...functionArns, ...byPlaceholder(stateMachineArns) });
    checkStarted(deployable.flow, definition);
    await deployMachine(stack, deployable.flow.name, definition);
  }
  return { bucket, stateMachineArns };
}

/** Of several flows, a refusal has to say which one it is about. */
async function deployMachine(stack: LocalStack, name: string, definition: string): Promise<void> {
  try {
    await createOrUpdateMachine(stack, name, definition);
  } catch (error) {
    if (!(error instanceof StepFunctionsError)) throw error;
    throw new StepFunctionsError(error.name, `${name}: ${error.message}`);
  }
}

/** The data folder may hold the machine as an earlier deployment left it. */
async function createOrUpdateMachine(stack: LocalStack, name: string, definition: string): Promise<void> {
  const { stepFunctions, roleArn } = stack;
  try {
    await stepFunctions.createStateMachine({ name, definition, roleArn });
  } catch (error) {
    if (!(error instanceof StepFunctionsError) || error.name !== "StateMachineAlreadyExists") throw error;
    await stepFunctions.updateStateMachine({ stateMachineArn: stack.stateMachineArn(name), definition });
  }
}

interface FunctionSettings extends DeployOptions, Deployment {
  readonly bucket: string;
}

/** A function for each step. Returns their ARNs by placeholder. */
function createFunctions(
  stack: LocalStack,
  { flow, exportName }: DeployableFlow,
  { module, bucket, environment, stateMachineArns }: FunctionSettings,
): Readonly<Record<string, string>> {
  const machines = Object.entries(stateMachineArns).map(([name, arn]) => [stateMachineVariable(name), arn]);
  const timeouts = attemptTimeouts(toAsl(flow).States);
  const functions = Object.entries(flow.handlers).map(([step, { options }]) => {
    const functionArn = stack.lambda.createFunction({
      name: functionName(flow.name, step),
      handler: { module, path: [exportName, "handlers", step] },
      timeoutSeconds: timeouts.get(functionPlaceholder(step)) ?? options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      environment: {
        ...LOCAL_ENVIRONMENT,
        BUCKET_NAME: bucket,
        TOPIC_ROOT: flow.topicRoot,
        ...Object.fromEntries(machines),
        ...environment,
      },
    });
    return [functionPlaceholder(step), functionArn];
  });
  return Object.fromEntries(functions);
}

/** Lambda's limit of a function's name. Unit: characters. */
const MAX_FUNCTION_NAME_LENGTH = 64;

/**
 * `<flow>-<step>`, where that says which is which: a hyphen in the flow's name could as well begin the step's, and what
 * is too long has to be cut. A hash, of a text that only these two make, tells those apart.
 */
function functionName(flow: string, step: string): string {
  const name = `${flow}-${step}`;
  if (!flow.includes("-") && name.length <= MAX_FUNCTION_NAME_LENGTH) return name;
  const hash = createHash("sha256").update(`${flow}/${step}`).digest("hex").slice(0, 8);
  return `${name.slice(0, MAX_FUNCTION_NAME_LENGTH - hash.length - 1)}-${hash}`;
}

type States = AslDefinition["States"];

/** The longest time that states give an attempt of each function, by placeholder. Unit: seconds. */
function attemptTimeouts(states: States, found = new Map<string, number>()): ReadonlyMap<string, number> {
  for (const { Resource, Arguments, TimeoutSeconds, Branches = [], ItemProcessor = [] } of Object.values(states)) {
    for (const scope of [Branches, ItemProcessor].flat() as readonly Pick<AslDefinition, "States">[]) {
      attemptTimeouts(scope.States, found);
    }
    // A callback's timeout is that of the wait for its token, not of the function.
    if (Resource !== "arn:aws:states:::lambda:invoke" || typeof TimeoutSeconds !== "number") continue;
    const [, placeholder = ""] = /^\$\{(\w+)\}$/.exec(String(Reflect.get(Object(Arguments), "FunctionName"))) ?? [];
    found.set(placeholder, Math.max(TimeoutSeconds, found.get(placeholder) ?? 0));
  }
  return found;
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
