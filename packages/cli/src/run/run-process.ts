import { deployFlows, type HistoryEvent, startProcess } from "@sfs3/local";
import { renderAsl, Sfs3Error } from "@sfs3/sdk/flow";
import { refusing } from "../cli-error.js";
import type { ExportedFlow, FlowModule } from "../flow-module.js";
import type { Io } from "../io.js";
import { typescriptLoader } from "../typescript-loader.js";
import { type EmbeddedStackOptions, withEmbeddedStack } from "./embedded-stack.js";
import { followExecutions } from "./executions.js";
import { createNarrator } from "./narrator.js";
import { type RunResult, resultOf } from "./result.js";

export interface RunOptions extends Pick<EmbeddedStackOptions, "dataDir" | "mocks"> {
  readonly module: FlowModule;
  readonly selected: ExportedFlow;
  readonly input: unknown;
  /** Handlers run in this thread. */
  readonly inline: boolean;
  /** Wait states and retry intervals take no time. */
  readonly skipWaits: boolean;
}

/** How a run ended, and what happened in each of its executions. */
export interface EndedProcess {
  readonly result: RunResult;
  /** By ARN, the process's own first. */
  readonly histories: ReadonlyMap<string, readonly HistoryEvent[]>;
}

/**
 * Runs one execution on an embedded stack that lives as long as the run, and waits for every execution that it starts.
 * Aborting `io.signal` stops them all.
 */
export async function runProcess(options: RunOptions, io: Io): Promise<EndedProcess> {
  const { module, selected, input, dataDir, mocks, inline, skipWaits } = options;
  const flows = module.flows.filter((exported) => exported === selected || canRun(exported, io));
  const narrator = createNarrator(flows, io.stderr);
  return withEmbeddedStack(
    { cwd: io.cwd, dataDir, mocks, skipWaits, lambda: { loader: typescriptLoader, inline }, onLog: narrator.onLog },
    async (stack) => {
      const deployment = await refusing(`${module.path} cannot run here`, () =>
        deployFlows(stack, { module: module.path, flows, environment: { LOG_LEVEL: logLevel(io) } }),
      );
      const executions = followExecutions(stack.stepFunctions, io.signal);
      await narrator.watch(stack);
      const started = await startProcess(stack, deployment, { flow: selected.flow, input });
      await executions.allEnded();
      const run = { ...started, flow: selected.flow, bucket: deployment.bucket, executions };
      return { result: await resultOf(stack, run), histories: executions.histories };
    },
  );
}

/** Other flows of the module are deployed for the case that a step starts them; one that is broken is nobody's matter. */
function canRun({ flow }: ExportedFlow, { stderr }: Io): boolean {
  try {
    renderAsl(flow);
    return true;
  } catch (error) {
    if (!(error instanceof Sfs3Error)) throw error;
    stderr.write(`Left out, for it cannot run: ${error.message}\n`);
    return false;
  }
}

/** The progress says already what steps log at INFO. */
const logLevel = ({ env }: Io): string => env.LOG_LEVEL ?? "WARN";
