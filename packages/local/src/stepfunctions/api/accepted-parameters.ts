import { isJsonObject, type Json } from "../../asl/index.js";

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
const START = { stateMachineArn: any, name: any, input: any, traceHeader: any };
const CONFIGURATION = {
  publish: only(false),
  loggingConfiguration: onlyWith("level", "OFF"),
  tracingConfiguration: onlyWith("enabled", false),
  encryptionConfiguration: onlyWith("type", "AWS_OWNED_KEY"),
};

/** What each operation takes. Parameters of features that are not here are taken only where they ask for none of it, as deployment tools do. */
const PARAMETERS: Readonly<Record<string, Readonly<Record<string, Accepts>>>> = {
  CreateActivity: { name: any, tags: any, encryptionConfiguration: CONFIGURATION.encryptionConfiguration },
  CreateStateMachine: { name: any, definition: any, type: any, roleArn: any, tags: any, ...CONFIGURATION },
  DeleteActivity: { activityArn: any },
  DeleteStateMachine: { stateMachineArn: any },
  DescribeActivity: { activityArn: any },
  DescribeExecution: { executionArn: any, includedData: any },
  DescribeMapRun: { mapRunArn: any },
  DescribeStateMachine: { stateMachineArn: any, includedData: any },
  DescribeStateMachineForExecution: { executionArn: any, includedData: any },
  GetActivityTask: { activityArn: any, workerName: any },
  GetExecutionHistory: { executionArn: any, reverseOrder: any, includeExecutionData: any, ...PAGE },
  ListActivities: PAGE,
  ListExecutions: { stateMachineArn: any, statusFilter: any, redriveFilter: any, ...PAGE },
  ListMapRuns: { executionArn: any, ...PAGE },
  ListStateMachines: PAGE,
  ListTagsForResource: { resourceArn: any },
  RedriveExecution: { executionArn: any, clientToken: any },
  SendTaskFailure: { taskToken: any, ...FAILURE },
  SendTaskHeartbeat: { taskToken: any },
  SendTaskSuccess: { taskToken: any, output: any },
  StartExecution: START,
  StartSyncExecution: { ...START, includedData: any },
  StopExecution: { executionArn: any, ...FAILURE },
  TagResource: { resourceArn: any, tags: any },
  TestState: {
    definition: any,
    roleArn: any,
    input: any,
    inspectionLevel: any,
    revealSecrets: any,
    variables: any,
    stateName: any,
    mock: any,
    context: any,
    stateConfiguration: any,
  },
  "TestState.mock": { result: any, errorOutput: any, fieldValidationMode: any },
  "TestState.mock.errorOutput": FAILURE,
  "TestState.stateConfiguration": {
    retrierRetryCount: any,
    errorCausedByState: any,
    mapIterationFailureCount: any,
    mapItemReaderData: any,
  },
  UntagResource: { resourceArn: any, tagKeys: any },
  UpdateStateMachine: { stateMachineArn: any, definition: any, roleArn: any, ...CONFIGURATION },
  ValidateStateMachineDefinition: { definition: any, type: any, severity: any, maxResults: any },
};

/** The name of a parameter that the operation cannot do justice to. */
export function unsupportedParameter(operation: string, values: Readonly<Record<string, Json>>): string | undefined {
  const accepted = PARAMETERS[operation] ?? {};
  const isGiven = (name: string) => values[name] !== null;
  const isAccepted = (name: string) => Object.hasOwn(accepted, name) && accepted[name]?.(values[name] ?? null) === true;
  return Object.keys(values).find((name) => isGiven(name) && !isAccepted(name));
}
