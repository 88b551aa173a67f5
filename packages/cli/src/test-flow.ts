import { fileURLToPath } from "node:url";
import { loadFlowModule, selectFlow } from "./flow-module.js";
import type { Io } from "./io.js";
import { parseInput } from "./run/read-input.js";
import type { RunResult } from "./run/result.js";
import { runProcess } from "./run/run-process.js";

/** How {@link testFlow} runs a flow. */
export interface TestFlowOptions {
  /** The process's input. */
  readonly input: unknown;
  /** The flow, by its name or its export. Default: the module's default export, or its only flow. */
  readonly flow?: string;
  /** Wait states and retry intervals take no time. Default: `true`. */
  readonly skipWaits?: boolean;
  /** File of answers of services that are not here, in the format of Step Functions Local. Default: none. */
  readonly mocks?: string;
}

/** How the execution ended, and on the way there. */
export interface TestFlowResult extends RunResult {
  /** What `sfs3 run` tells meanwhile: each state, retry, message, and what the steps log at WARN (or `LOG_LEVEL`). */
  readonly log: string;
}

/**
 * Runs one execution of a flow, as `sfs3 run` does, on an embedded S3, Step Functions, Lambda and IoT that are gone
 * afterwards, and waits for every execution that it starts.
 *
 * An execution that fails does not reject: `status` and `failure` say how it ended, and `sidecar` what was written.
 *
 * @param module URL of the TypeScript or JavaScript file that exports the flow; worker threads load it as well
 * @throws `CliError` if the module does not load or exports no such flow, or the flow does not take the input or cannot
 * run here
 *
 * @example
 * ```ts
 * import { testFlow } from "@sfs3/cli/testing";
 * import { expect, test } from "vitest";
 *
 * test("an order is charged and shipped", async () => {
 *   const { status, sidecar, log } = await testFlow(new URL("./flow.ts", import.meta.url), {
 *     input: { orderId: "17", cents: 5 },
 *   });
 *
 *   expect(status, log).toBe("SUCCEEDED");
 *   expect(sidecar).toMatchObject({ "ship-output": { parcel: "17/receipt-17" } });
 * });
 * ```
 */
export async function testFlow(module: URL, options: TestFlowOptions): Promise<TestFlowResult> {
  const { flow, skipWaits = true, mocks } = options;
  const { io, told } = recording();
  const loaded = await loadFlowModule(fileURLToPath(module), io);
  const selected = selectFlow(loaded, flow);
  const input = await parseInput(selected.flow, options.input);
  const settings = { skipWaits, mocks, inline: false, dataDir: undefined };
  const { result } = await runProcess({ module: loaded, selected, input, ...settings }, io);
  return { ...result, log: told() };
}

/** A test has no terminal: what is told is kept for the one who asks. */
function recording(): { readonly io: Io; told(): string } {
  const lines: string[] = [];
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    stdin: (async function* () {})(),
    stdout: { write: () => {} },
    stderr: { write: (text) => lines.push(text) },
    signal: new AbortController().signal,
  };
  return { io, told: () => lines.join("") };
}
