import type { StepFunctions } from "../service.js";
import { readTestStateInput } from "../test-state/test-state-input.js";
import type { Parameters } from "./parameters.js";

/** @param signal aborts when the client has gone away */
export type Operation = (service: StepFunctions, parameters: Parameters, signal?: AbortSignal) => Promise<object>;

const page = (p: Parameters) => ({
  maxResults: p.optionalNumber("maxResults"),
  nextToken: p.optionalString("nextToken"),
});

const start = (p: Parameters) => ({
  stateMachineArn: p.string("stateMachineArn"),
  name: p.optionalString("name"),
  input: p.optionalString("input"),
  traceHeader: p.optionalString("traceHeader"),
});

const failure = (p: Parameters) => ({ error: p.optionalString("error"), cause: p.optionalString("cause") });

const includedData = (p: Parameters) => ({
  includedData: p.optionalOneOf<"ALL_DATA" | "METADATA_ONLY">("includedData"),
});

const type = (p: Parameters) => ({ type: p.optionalOneOf<"STANDARD" | "EXPRESS">("type") });

/** The operations, by the name that follows `AWSStepFunctions.` in `X-Amz-Target`. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateActivity: (service, p) => service.createActivity({ name: p.string("name"), tags: p.optionalTags("tags") }),
  CreateStateMachine: (service, p) =>
    service.createStateMachine({
      name: p.string("name"),
      definition: p.string("definition"),
      roleArn: p.string("roleArn"),
      tags: p.optionalTags("tags"),
      ...type(p),
    }),
  DeleteActivity: (service, p) => service.deleteActivity({ activityArn: p.string("activityArn") }),
  DeleteStateMachine: (service, p) => service.deleteStateMachine({ stateMachineArn: p.string("stateMachineArn") }),
  DescribeActivity: (service, p) => service.describeActivity({ activityArn: p.string("activityArn") }),
  DescribeExecution: (service, p) =>
    service.describeExecution({ executionArn: p.string("executionArn"), ...includedData(p) }),
  DescribeMapRun: (service, p) => service.describeMapRun({ mapRunArn: p.string("mapRunArn") }),
  DescribeStateMachine: (service, p) =>
    service.describeStateMachine({ stateMachineArn: p.string("stateMachineArn"), ...includedData(p) }),
  DescribeStateMachineForExecution: (service, p) =>
    service.describeStateMachineForExecution({ executionArn: p.string("executionArn"), ...includedData(p) }),
  GetActivityTask: (service, p, signal) =>
    service.getActivityTask({
      activityArn: p.string("activityArn"),
      workerName: p.optionalString("workerName"),
      signal,
    }),
  GetExecutionHistory: (service, p) =>
    service.getExecutionHistory({
      executionArn: p.string("executionArn"),
      reverseOrder: p.optionalBoolean("reverseOrder"),
      includeExecutionData: p.optionalBoolean("includeExecutionData"),
      ...page(p),
    }),
  ListActivities: (service, p) => service.listActivities(page(p)),
  ListExecutions: (service, p) =>
    service.listExecutions({
      stateMachineArn: p.string("stateMachineArn"),
      statusFilter: p.optionalString("statusFilter"),
      redriveFilter: p.optionalOneOf<"REDRIVEN" | "NOT_REDRIVEN">("redriveFilter"),
      ...page(p),
    }),
  ListMapRuns: (service, p) => service.listMapRuns({ executionArn: p.string("executionArn"), ...page(p) }),
  ListStateMachines: (service, p) => service.listStateMachines(page(p)),
  ListTagsForResource: (service, p) => service.listTagsForResource({ resourceArn: p.string("resourceArn") }),
  RedriveExecution: (service, p) =>
    service.redriveExecution({
      executionArn: p.string("executionArn"),
      clientToken: p.optionalString("clientToken"),
    }),
  SendTaskFailure: (service, p) => service.sendTaskFailure({ taskToken: p.string("taskToken"), ...failure(p) }),
  SendTaskHeartbeat: (service, p) => service.sendTaskHeartbeat({ taskToken: p.string("taskToken") }),
  SendTaskSuccess: (service, p) =>
    service.sendTaskSuccess({ taskToken: p.string("taskToken"), output: p.string("output") }),
  StartExecution: (service, p) => service.startExecution(start(p)),
  StartSyncExecution: (service, p) => service.startSyncExecution({ ...start(p), ...includedData(p) }),
  StopExecution: (service, p) => service.stopExecution({ executionArn: p.string("executionArn"), ...failure(p) }),
  TagResource: (service, p) => service.tagResource({ resourceArn: p.string("resourceArn"), tags: p.tags("tags") }),
  TestState: (service, p, signal) => service.testState({ ...readTestStateInput(p), signal }),
  UntagResource: (service, p) =>
    service.untagResource({ resourceArn: p.string("resourceArn"), tagKeys: p.strings("tagKeys") }),
  UpdateStateMachine: (service, p) =>
    service.updateStateMachine({
      stateMachineArn: p.string("stateMachineArn"),
      definition: p.optionalString("definition"),
      roleArn: p.optionalString("roleArn"),
    }),
  ValidateStateMachineDefinition: (service, p) =>
    service.validateStateMachineDefinition({
      definition: p.string("definition"),
      severity: p.optionalOneOf<"ERROR" | "WARNING">("severity"),
      maxResults: p.optionalNumber("maxResults"),
      ...type(p),
    }),
};
