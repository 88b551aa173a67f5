import { isJsonObject, type Json } from "../asl/index.js";

type Accepts = (value: Json) => boolean;

const any: Accepts = () => true;
const only =
  (accepted: Json): Accepts =>
  (value) =>
    value === accepted;
const onlyWith =
  (name: string, accepted: Json): Accepts =>
  (value) =>
    isJsonObject(value) && value[name] === accepted;

const PAGE = { maxResults: any, nextToken: any };
const FAILURE = { error: any, cause: any };
const DATA = { includedData: only("ALL_DATA") };

/**
 * What each operation takes. Parameters of features that are not here are taken only where they ask for none of it, as
 * deployment tools do; `tags`, which change nothing, are taken and forgotten.
 */
const PARAMETERS: Readonly<Record<string, Readonly<Record<string, Accepts>>>> = {
  CreateStateMachine: {
    name: any,
    definition: any,
    type: any,
    roleArn: any,
    tags: any,
    publish: only(false),
    loggingConfiguration: onlyWith("level", "OFF"),
    tracingConfiguration: onlyWith("enabled", false),
    encryptionConfiguration: onlyWith("type", "AWS_OWNED_KEY"),
  },
  DeleteStateMachine: { stateMachineArn: any },
  DescribeExecution: { executionArn: any, ...DATA },
  DescribeStateMachine: { stateMachineArn: any, ...DATA },
  GetExecutionHistory: { executionArn: any, reverseOrder: any, includeExecutionData: any, ...PAGE },
  ListExecutions: { stateMachineArn: any, statusFilter: any, ...PAGE },
  ListStateMachines: PAGE,
  SendTaskFailure: { taskToken: any, ...FAILURE },
  SendTaskHeartbeat: { taskToken: any },
  SendTaskSuccess: { taskToken: any, output: any },
  StartExecution: { stateMachineArn: any, name: any, input: any },
  StopExecution: { executionArn: any, ...FAILURE },
};

/** The name of a parameter that the operation cannot do justice to. */
export function unsupportedParameter(operation: string, values: Readonly<Record<string, Json>>): string | undefined {
  const accepted = PARAMETERS[operation] ?? {};
  const isGiven = (name: string) => values[name] !== null;
  const isAccepted = (name: string) => Object.hasOwn(accepted, name) && accepted[name]?.(values[name] ?? null) === true;
  return Object.keys(values).find((name) => isGiven(name) && !isAccepted(name));
}
