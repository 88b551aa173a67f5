import type { MapRun, MapRunCounts, MapRuns } from "../../asl/index.js";
import { checkArn } from "../names.js";
import { type PageRequest, pageOf } from "../paging.js";
import { StepFunctionsError } from "../service-error.js";
import type { Executions } from "./executions.js";

interface Parts {
  readonly executions: Executions;
  readonly mapRuns: MapRuns;
}

/** What is told of the runs of distributed Maps. They are kept in memory: a process that is started anew knows none. */
export const mapRunOperations = ({ executions, mapRuns }: Parts) => ({
  describeMapRun: async ({ mapRunArn }: { readonly mapRunArn: string }) => {
    checkArn(mapRunArn, "mapRun");
    const run = mapRuns.get(mapRunArn);
    if (run === undefined) throw new StepFunctionsError("ResourceNotFound", `Resource not found: '${mapRunArn}'`);
    return describe(run);
  },
  listMapRuns: async ({ executionArn, ...request }: PageRequest & { readonly executionArn: string }) => {
    const { executionArn: known } = executions.record(executionArn);
    const { page, ...token } = pageOf([...mapRuns.ofExecution(known)].reverse(), (run) => run.mapRunArn, request);
    return { mapRuns: page.map(listed), ...token };
  },
});

/** What AWS shows of a Map without a MaxConcurrency. */
const DEFAULT_MAX_CONCURRENCY = 10_000;

const describe = (run: MapRun) => ({
  mapRunArn: run.mapRunArn,
  executionArn: run.executionArn,
  status: run.status,
  startDate: run.startDate,
  ...stopped(run),
  maxConcurrency: run.maxConcurrency || DEFAULT_MAX_CONCURRENCY,
  toleratedFailureCount: run.tolerance.count ?? 0,
  toleratedFailurePercentage: run.tolerance.percentage ?? 0,
  itemCounts: counts(run.items),
  executionCounts: counts(run.executions),
  redriveCount: run.redriveCount,
  ...(run.redriveDate && { redriveDate: run.redriveDate }),
});

const listed = (run: MapRun) => ({
  executionArn: run.executionArn,
  mapRunArn: run.mapRunArn,
  stateMachineArn: run.stateMachineArn,
  startDate: run.startDate,
  ...stopped(run),
});

const stopped = ({ stopDate }: MapRun) => stopDate && { stopDate };

const counts = (known: MapRunCounts) => ({ ...known, failuresNotRedrivable: 0, pendingRedrive: 0 });
