import { startedFlows } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import { EXIT_CODES } from "../exit-codes.js";
import type { Io } from "../io.js";
import { machineOf } from "../run/progress.js";
import { endOf } from "../run/result.js";
import { type RunOptions, runProcess } from "../run/run-process.js";
import { callsOf } from "./calls.js";
import { type Workload, workloadOf } from "./workload.js";

/**
 * Runs one execution on this machine and counts what it does.
 *
 * @throws `CliError` if it does not succeed: what failed costs something else
 */
export async function measure(options: RunOptions, io: Io): Promise<Workload> {
  const { result, histories } = await runProcess(options, io);
  const { status, durationMs, sidecar } = result;
  if (status !== "SUCCEEDED" || sidecar === null) {
    throw new CliError(`The execution that was to be measured ${endOf(result)}`, { exitCode: EXIT_CODES.failed });
  }
  const { selected, module } = options;
  const flows = [selected, ...module.flows].flatMap(({ flow }) => [flow, ...startedFlows(flow)]);
  const calls = new Map(flows.map((flow) => [flow.name, callsOf(flow)]));
  return workloadOf({
    executions: [...histories].map(([arn, history]) => ({ history, calls: calls.get(machineOf(arn)) ?? new Map() })),
    sidecar: sidecar as Record<string, unknown>,
    durationMs,
  });
}
