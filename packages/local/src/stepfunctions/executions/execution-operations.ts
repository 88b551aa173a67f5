import { ExecutionStopped } from "../../asl/index.js";
import type { StateMachines } from "../machines/state-machines.js";
import type { Mocks } from "../mocks/mocks.js";
import { arnKind } from "../names.js";
import { type PageRequest, pageOf } from "../paging.js";
import { constraintViolation, StepFunctionsError } from "../service-error.js";
import { type ExecutionDescription, type ExecutionRecord, listedExecution } from "./execution-record.js";
import type { Executions } from "./executions.js";
import { billingDetails, type ExpressExecutions } from "./express.js";
import { type HistoryRequest, historyPage } from "./history-view.js";
import { type IncludedData, withIncludedData } from "./included-data.js";
import type { StartInput } from "./launch.js";

export interface StartExecutionInput {
  readonly stateMachineArn: string;
  /** 1 to 80 characters. Default: a new UUID. */
  readonly name?: string | undefined;
  /** JSON text of at most 262,144 bytes. Default: `{}`. */
  readonly input?: string | undefined;
  /** Of X-Ray; shown again, nothing else. */
  readonly traceHeader?: string | undefined;
}

export interface ListExecutionsInput extends PageRequest {
  readonly stateMachineArn: string;
  readonly statusFilter?: string | undefined;
  readonly redriveFilter?: "REDRIVEN" | "NOT_REDRIVEN" | undefined;
}

interface ArnInput {
  readonly executionArn: string;
}

interface StopInput extends ArnInput {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

interface Parts {
  readonly machines: StateMachines;
  readonly executions: Executions;
  readonly express: ExpressExecutions;
  readonly mocks: Mocks;
}

export const executionOperations = ({ machines, executions, express, mocks }: Parts) => ({
  startExecution: async ({ stateMachineArn, ...start }: StartExecutionInput) => {
    const target = mocks.target(stateMachineArn);
    const { revision } = machines.getActive(target.stateMachineArn);
    const input = { ...start, testCase: target.testCase };
    const started = revision.type === "EXPRESS" ? express.start(revision, input) : executions.start(revision, input);
    const { executionArn, startDate } = await started;
    return { executionArn, startDate };
  },
  startSyncExecution: async ({ stateMachineArn, includedData, ...start }: StartInput & SyncInput) => {
    const target = mocks.target(stateMachineArn);
    const { revision } = machines.getActive(target.stateMachineArn);
    if (revision.type !== "EXPRESS") throw typeNotSupported();
    const ended = await express.start(revision, { ...start, testCase: target.testCase }).completion;
    // What ends by the stack's end is no status that this operation knows.
    const status = ended.status === "ABORTED" ? "FAILED" : ended.status;
    return { ...withIncludedData(ended, { includedData }), status, billingDetails: billingDetails(ended) };
  },
  stopExecution: async ({ executionArn, error, cause }: StopInput) => {
    const { stopDate } = await executions.stop(executionArn, new ExecutionStopped(error, cause));
    return { stopDate };
  },
  redriveExecution: async ({ executionArn, clientToken }: ArnInput & { readonly clientToken?: string | undefined }) => {
    const { date } = await executions.redrive(executionArn, clientToken);
    return { redriveDate: date };
  },
  describeExecution: async ({ executionArn, includedData }: ArnInput & IncludedData) => {
    const described = withIncludedData(await executions.describe(executionArn), { includedData });
    return { ...described, ...redriveStatus(executions.redriveProblem(executions.record(executionArn))) };
  },
  listExecutions: async ({ stateMachineArn, ...request }: ListExecutionsInput) => {
    if (machines.get(stateMachineArn).revision.type === "EXPRESS") throw typeNotSupported();
    const listed = executions.of(stateMachineArn).filter(filterOf(request));
    const { page, ...token } = pageOf(listed, ({ executionArn }) => executionArn, request);
    return { executions: page.map(listedExecution), ...token };
  },
  getExecutionHistory: async ({ executionArn, ...request }: HistoryRequest & ArnInput) =>
    historyPage(await executions.history(executionArn), request),
  /** Settles when the execution has ended, however it did. Of Express executions, the latest 1,000 are remembered. */
  completion: async (executionArn: string): Promise<ExecutionDescription> =>
    arnKind(executionArn) === "express" ? express.completion(executionArn) : executions.completion(executionArn),
});

interface SyncInput extends IncludedData {
  readonly stateMachineArn: string;
}

const typeNotSupported = () =>
  new StepFunctionsError(
    "StateMachineTypeNotSupported",
    "This operation is not supported by this type of state machine",
  );

const redriveStatus = (problem: string | undefined) =>
  problem === undefined
    ? { redriveStatus: "REDRIVABLE" }
    : { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: problem };

function filterOf({ statusFilter, redriveFilter }: Pick<ListExecutionsInput, "statusFilter" | "redriveFilter">) {
  if (statusFilter === "PENDING_REDRIVE") {
    throw constraintViolation("statusFilter", statusFilter, "It is only for the executions of a Map Run");
  }
  return ({ status, redrives }: ExecutionRecord) =>
    (statusFilter === undefined || status === statusFilter) &&
    (redriveFilter === undefined || (redriveFilter === "REDRIVEN") === redrives.length > 0);
}
