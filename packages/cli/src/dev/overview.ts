import type { LocalStack } from "@sfs3/local";
import { sidecarText } from "../sidecar-text.js";

type StepFunctions = LocalStack["stepFunctions"];
export type ListedExecution = Awaited<ReturnType<StepFunctions["listExecutions"]>>["executions"][number];
type ListedEvent = Awaited<ReturnType<StepFunctions["getExecutionHistory"]>>["events"][number];
export type DescribedExecution = Awaited<ReturnType<StepFunctions["describeExecution"]>>;

/** A machine and its executions, the latest first. */
export interface MachineOverview {
  readonly name: string;
  readonly executions: readonly ListedExecution[];
}

/** How many executions of a machine are shown. */
const MAX_EXECUTIONS = 50;

export async function overviewOf({ stepFunctions }: LocalStack): Promise<readonly MachineOverview[]> {
  const { stateMachines } = await stepFunctions.listStateMachines({ maxResults: 1_000 });
  return Promise.all(
    stateMachines.map(async ({ name, stateMachineArn }) => ({
      name,
      executions: (await stepFunctions.listExecutions({ stateMachineArn, maxResults: MAX_EXECUTIONS })).executions,
    })),
  );
}

/** All there is to know of one execution. */
export interface ExecutionOverview {
  readonly execution: DescribedExecution;
  /** The last events, the latest first. */
  readonly events: readonly ListedEvent[];
  /** The document, as JSON text; `undefined` where there is none. */
  readonly sidecar: string | undefined;
}

/** @throws StepFunctionsError `ExecutionDoesNotExist`, `InvalidArn` */
export async function executionOverview(
  stack: LocalStack,
  { executionArn, bucket }: { readonly executionArn: string; readonly bucket: string },
): Promise<ExecutionOverview> {
  const { stepFunctions } = stack;
  const execution = await stepFunctions.describeExecution({ executionArn });
  const { events } = await stepFunctions.getExecutionHistory({ executionArn, reverseOrder: true, maxResults: 1_000 });
  const sidecar = await sidecarText(stack, { bucket, key: keyIn(execution.input) ?? execution.name });
  return { execution, events, sidecar };
}

function keyIn(input = "{}"): string | undefined {
  const payload: unknown = JSON.parse(input);
  const key = typeof payload === "object" && payload !== null ? Reflect.get(payload, "processData") : undefined;
  return typeof key === "string" && key !== "" ? key : undefined;
}
