import { defineStep, type RetryPolicy, type StepContext } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import * as z from "zod";
import type { AwsClients } from "./aws-clients.js";
import type { LayoutName } from "./layouts.js";
import type { Ledger } from "./ledger.js";
import type { World } from "./world.js";

/** What every step of a scenario writes: who wrote it, and what comes of it. */
export const Output = z.object({
  /** Of no other run of any `fn`; absent where every run returns the same. */
  run: z.string().optional(),
  started: z.string().optional(),
  count: z.number(),
});

export const Input = z.object({ order: z.string(), isDeclined: z.boolean(), lines: z.array(z.string()) });

/** Errors of the machine's own, of Lambda's and of `fn`'s are tried again; a refusal is not. */
const PATIENT: readonly RetryPolicy[] = [
  { errors: ["Declined"], maxAttempts: 0 },
  { errors: ["States.ALL"], maxAttempts: 6, intervalSeconds: 1, maxDelaySeconds: 10, jitter: "FULL" },
];

const ONCE: readonly RetryPolicy[] = [{ errors: ["States.ALL"], maxAttempts: 0 }];

export interface StepSettings<TReads extends string> {
  readonly reads?: readonly TReads[];
  /** Whether it refuses transactions that are declined. */
  readonly declines?: boolean;
  /** Whether it starts an execution of the machine downstream. */
  readonly starts?: boolean;
  /** Whether it tells how often it has committed, instead of how many lines there are. */
  readonly countsRounds?: boolean;
  readonly notify?: "terminal";
  /** Whether its first failure is the machine's to catch. */
  readonly isTriedOnce?: boolean;
}

const begin = (name: string, { layout, redrivable }: Pick<KitSettings, "layout" | "redrivable">) =>
  flow(name, { input: Input, topicRoot: "simulated", layout, redrivable });

export interface ScenarioKit {
  /** A flow with no state yet. */
  begin(name: string): ReturnType<typeof begin>;
  step<const TName extends string, const TReads extends string = never>(
    name: TName,
    settings?: StepSettings<TReads>,
  ): ReturnType<typeof makeStep<TName, TReads>>;
}

export interface KitSettings {
  readonly world: World;
  readonly clients: AwsClients;
  readonly ledger: Ledger;
  readonly downstreamArn: string;
  readonly layout: LayoutName;
  readonly redrivable: boolean;
  /** Transactions that are not declined any more, since somebody has mended what they were declined for. */
  readonly mended: ReadonlySet<string>;
  readonly plainShare: number;
}

/** How many outputs of a run are the same bytes as others: S3 gives them the same ETag. */
const PLAIN_SHARES = [0, 0.3, 0.8] as const;

export const scenarioKit = (given: Omit<KitSettings, "plainShare">): ScenarioKit => {
  const settings = { ...given, plainShare: given.world.random.pick(PLAIN_SHARES) };
  return {
    begin: (name) => begin(name, given),
    step: (name, options = {}) => makeStep(settings, name, options),
  };
};

const makeStep = <const TName extends string, const TReads extends string>(
  kit: KitSettings,
  name: TName,
  options: StepSettings<TReads>,
) => {
  const { reads = [], notify, isTriedOnce = false } = options;
  const outputs = Object.fromEntries(reads.map((step) => [`${step}-output`, Output]));
  const shape = { ...Input.shape, ...outputs } as typeof Input.shape & {
    [K in TReads as `${K}-output`]: typeof Output;
  };
  const fn = (data: unknown, context: StepContext) => perform(kit, options, { data: data as Call["data"], context });
  return defineStep(z.object(shape), Output, fn, {
    name,
    // Little, for a step that is tried once: what starts late goes on when its machine is long elsewhere.
    timeoutSeconds: isTriedOnce ? 2 : 5,
    retry: isTriedOnce ? ONCE : PATIENT,
    clients: kit.clients,
    route: ({ count }) => ({ count }),
    ...(notify !== undefined && { notify }),
  });
};

interface Call {
  readonly data: z.infer<typeof Input>;
  readonly context: StepContext;
}

/** What a step's author might have written: it takes a while, may fail, may start an execution. */
const perform = async (
  { world, ledger, downstreamArn, plainShare, mended }: KitSettings,
  { declines = false, starts = false, countsRounds = false }: StepSettings<string>,
  { data, context }: Call,
): Promise<z.infer<typeof Output>> => {
  const { random, faults } = world;
  const entry = ledger.fnBegins();
  const run = `${entry.id} by run ${ledger.fnRuns}`;
  world.trace(() => `fn of ${run}`);
  // By the timers of the machine, as an author's code would: an invocation dies there, too.
  const spend = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  await spend(random.integer(1, 400));
  if (declines && data.isDeclined && !mended.has(context.txnId))
    throw Object.assign(new Error("declined"), { name: "Declined" });
  if (faults.strike("fn throws") !== undefined) throw Object.assign(new Error("flaky"), { name: "Flaky" });
  const started = starts ? await context.startExecution(downstreamArn) : undefined;
  if (started !== undefined) ledger.startedBy(entry, started);
  await spend(random.integer(0, 200));
  const output = {
    ...(!random.chance(plainShare) && { run }),
    ...(started !== undefined && { started }),
    count: countsRounds ? ledger.roundsOf(entry) + 1 : data.lines.length,
  };
  ledger.fnReturned(output);
  return output;
};
