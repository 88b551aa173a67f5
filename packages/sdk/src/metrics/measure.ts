import { type Environment, requireOneOf } from "../environment.js";
import { Sfs3Error } from "../errors.js";
import type { Runtime } from "../runtime.js";
import { renderSample } from "./embedded-metric.js";
import type { MetricName } from "./table.js";

/** Counts what happens inside one invocation. */
export interface Tally {
  /** The journal had the output already. */
  replayed(): void;
  /** Another writer won a conditional write. */
  conflict(): void;
}

export interface MeasureSettings {
  readonly step: string;
  readonly runtime: Pick<Runtime, "env" | "now" | "write">;
}

/** Runs one invocation; where metrics are on, it ends with a line that says how it went. */
export const measure = async <T>({ step, runtime }: MeasureSettings, run: (tally: Tally) => Promise<T>): Promise<T> => {
  const { env, now, write } = runtime;
  if (!isOn(env)) return run(UNCOUNTED);
  const startedMs = now();
  let success: MetricName = "StepSucceeded";
  let conflicts = 0;
  const tally: Tally = {
    replayed() {
      success = "StepReplayed";
    },
    conflict() {
      conflicts += 1;
    },
  };
  const ended = (outcome: MetricName) => {
    const atMs = now();
    const values = { StepDuration: atMs - startedMs, SidecarConflicts: conflicts, [outcome]: 1 };
    write(renderSample({ step, process: env.SFS3_PROCESS || undefined, atMs, values }));
  };
  try {
    const result = await run(tally);
    ended(success);
    return result;
  } catch (thrown) {
    ended(isTooEarly(thrown) ? "PredicateRetries" : "StepFailed");
    throw thrown;
  }
};

const UNCOUNTED: Tally = { replayed() {}, conflict() {} };

/**
 * Whoever does not say wants metrics in Lambda alone. An embedded Lambda sets what tells a function its name and its
 * folder; how an environment was initialized only the service says.
 *
 * Source: AWS Lambda Developer Guide, "Defined runtime environment variables": `AWS_LAMBDA_INITIALIZATION_TYPE`.
 */
const isOn = (env: Environment): boolean => {
  const setting = requireOneOf(env, "SFS3_METRICS", ["emf", "off"]);
  return setting === undefined ? Boolean(env.AWS_LAMBDA_INITIALIZATION_TYPE) : setting === "emf";
};

const isTooEarly = (thrown: unknown): boolean =>
  thrown instanceof Sfs3Error && thrown.name === "S3DataPreconditionError";
