import { type Audience, createAudience, type Hearing, SUBTOPIC } from "./audience.js";
import { type Cloud, createCloud } from "./cloud.js";
import { startCold } from "./cold-start.js";
import { createFaults, type FaultKind } from "./faults.js";
import { createJudge, type Invariant, type Violation } from "./invariants.js";
import { LAYOUTS, type Layout, type LayoutName } from "./layouts.js";
import { createRandom } from "./random.js";
import { withHost } from "./sandbox.js";
import { SCENARIOS, type Scenario } from "./scenarios.js";
import { createTimeline } from "./timeline.js";
import type { World } from "./world.js";

/** What one run came to. */
export interface RunResult {
  readonly seed: number;
  readonly layout: LayoutName;
  readonly scenario: string;
  readonly violation: Violation | undefined;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly checks: Readonly<Partial<Record<Invariant, number>>>;
  readonly executions: number;
  readonly invocations: number;
  readonly requests: number;
  /** How long it took in its own time. Unit: milliseconds. */
  readonly virtualMs: number;
  /** Every request, invocation, event and message in their order; empty where it was not asked for. */
  readonly trace: readonly string[];
}

export interface RunSettings {
  readonly isTraced: boolean;
}

/** 2030-01-01T00:00:00Z */
const START_MS = 1_893_456_000_000;
/** Faults are over after two minutes; what has not come to its end by then never will. */
const LIMIT_MS = 6 * 60 * 60 * 1_000;

/** How many runs have a flow that is redrivable, and operators who redrive what has failed. */
const REDRIVABLE_SHARE = 0.25;
const REDRIVABLE_SEED = 0x10_0000_0000;
const MAX_REDRIVES = 2;
const MENDED_SHARE = 0.7;

/** Runs one seed: which process, which faults and in which order things happen all follow from it. */
export const runSeed = async (seed: number, { isTraced }: RunSettings): Promise<RunResult> => {
  const random = createRandom(seed);
  const trace: string[] = [];
  const timeline = createTimeline(START_MS);
  const judge = createJudge();
  let crash: { readonly cause: unknown } | undefined;
  const world: World = {
    random,
    timeline,
    judge,
    faults: createFaults({ random, now: timeline.now }),
    pause: (delayMs) => new Promise((resolve) => void timeline.after(delayMs, resolve)),
    trace: (line) => isTraced && trace.push(`${((timeline.now() - START_MS) / 1_000).toFixed(3)} s  ${line()}`),
    crash: (cause) => {
      crash ??= { cause };
    },
  };
  const [scenario, layout] = [random.pick(SCENARIOS), random.pick(LAYOUTS)];
  // Of a generator of its own: the other runs stay as they are.
  const redrivable = !scenario.mayFailAfterSuccess && createRandom(seed + REDRIVABLE_SEED).chance(REDRIVABLE_SHARE);
  const scene: Scene = { world, scenario, layout, redrivable, cloud: undefined, hearings: [], isOver: false };
  const host = {
    now: timeline.now,
    after: timeline.after,
    random: random.next,
    write: (line: string) => world.trace(() => `log ${line}`),
    crash: world.crash,
  };
  const isLate = () => timeline.now() - START_MS > LIMIT_MS;
  startCold();
  await withHost(host, async () => {
    play(scene).catch(world.crash);
    await timeline.run(() => crash !== undefined || judge.violation !== undefined || isLate());
    if (crash === undefined && judge.violation === undefined) await judgeEnds(scene);
  });
  if (crash !== undefined) throw new Error(`Seed ${seed} broke the simulator.`, crash);
  return {
    seed,
    layout: layout.name,
    scenario: scenario.name,
    violation: judge.violation,
    faults: world.faults.counts,
    checks: judge.counts,
    executions: scene.cloud?.stepFunctions.count ?? 0,
    invocations: scene.cloud?.lambda.invocations ?? 0,
    requests: scene.cloud?.s3.tick ?? 0,
    virtualMs: timeline.now() - START_MS,
    trace,
  };
};

/** A run as it goes on. */
interface Scene {
  readonly world: World;
  readonly scenario: Scenario;
  readonly layout: Layout;
  readonly redrivable: boolean;
  cloud: Cloud | undefined;
  hearings: readonly Hearing[];
  isOver: boolean;
}

const play = async (scene: Scene): Promise<void> => {
  const { world } = scene;
  const { random } = world;
  const cloud = await createCloud(scene);
  const audience = createAudience(world, cloud);
  Object.assign(scene, { cloud, hearings: audience.hearings });
  const lines = Array.from({ length: random.integer(1, 4) }, (_, index) => `line ${index}`);
  const inputs = Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, index) => ({
    order: `order ${index}`,
    isDeclined: random.chance(0.2),
    lines,
  }));
  const operator = stopSome(scene, cloud, audience.hearings);
  await Promise.all([operator, ...inputs.map(audience.attend)]);
  if (scene.redrivable) await redriveAll(world, cloud, audience);
  await audience.close();
  scene.isOver = true;
};

/** An operator stops what runs, unless its end is being announced: whether that comes first nobody could say. */
const stopSome = async (
  { world: { random, faults, pause }, scenario }: Scene,
  { stepFunctions }: Cloud,
  hearings: readonly Hearing[],
): Promise<void> => {
  await pause(random.integer(1_000, 30_000));
  for (const { executionId } of hearings) {
    const { events } = await stepFunctions.history(executionId);
    const isAnnouncing = events.some((event) =>
      scenario.announcing.includes(String(Reflect.get(event, "stateEnteredEventDetails")?.name)),
    );
    if (!isAnnouncing && faults.strike("execution stopped") !== undefined) await stepFunctions.stop(executionId);
  }
};

/** An operator redrives what did not succeed, mostly once it is mended, and waits for its next end. */
const redriveAll = async (
  { random, pause }: World,
  { stepFunctions, mended }: Cloud,
  { hearings, attendAgain }: Audience,
): Promise<void> => {
  const started = hearings.filter(({ who }) => who === "who starts");
  // Whoever waits anew may hear the late word of the end before, while the execution goes on.
  const endOf = async ({ executionId }: Hearing) => {
    for (;;) {
      const { status } = await stepFunctions.describe(executionId);
      if (status !== "RUNNING") return status;
      await pause(1_000);
    }
  };
  await Promise.all(
    started.map(async (hearing) => {
      for (let redrives = 0; redrives < MAX_REDRIVES; redrives += 1) {
        await pause(random.integer(1_000, 120_000));
        if ((await endOf(hearing)) === "SUCCEEDED") return;
        if (random.chance(MENDED_SHARE)) mended.add(hearing.transactionId);
        await stepFunctions.redrive(hearing.executionId);
        await attendAgain(hearing);
      }
      await endOf(hearing);
    }),
  );
};

const judgeEnds = async ({ world: { judge, faults }, scenario, cloud, hearings, isOver }: Scene): Promise<void> => {
  judge.check("everything ends", isOver, () => `still waiting: ${JSON.stringify(hearings.filter(isWaiting))}`);
  if (cloud === undefined || !isOver) return;
  cloud.ledger.close();
  for (const { transactionId, executionId, isDeclined, who, heard } of hearings) {
    const { status } = await cloud.stepFunctions.describe(executionId);
    judge.check("everything ends", status !== "RUNNING", () => `${executionId} runs for ever`);
    const words = cloud.words.get(`${cloud.process.flow.topicRoot}/${SUBTOPIC}/${transactionId}`) ?? [];
    // One, and one more for each redrive; the word of an end may still be on its way when its execution goes on.
    const ends = cloud.ends.get(executionId) ?? [];
    const expected = new Set<string>(ends.map((end) => (end === "SUCCEEDED" ? "SUCCEEDED" : "FAILED")));
    if (scenario.mayFailAfterSuccess) expected.add("SUCCEEDED");
    judge.check(
      "announced ends are true",
      words.every((word) => expected.has(word)),
      () => `${transactionId} ended ${ends.join(", ")}, announced as ${words.join(", ")}`,
    );
    // The message says FAILED of what was aborted, too; where no state can be had within seconds, that is what is known.
    judge.check(
      "clients hear the end",
      heard !== undefined && (ends.includes(heard) || expected.has(heard)),
      () => `${who} heard ${heard} of ${transactionId}, which ended ${ends.join(", ")}`,
    );
    if (!faults.areNone) continue;
    const fails = isDeclined && (scenario.decidesFailure || !cloud.mended.has(transactionId));
    judge.check(
      "nothing fails by itself",
      status === (fails ? "FAILED" : "SUCCEEDED"),
      () => `${transactionId}, which is ${isDeclined ? "" : "not "}declined, ended ${status}`,
    );
  }
};

const isWaiting = ({ heard }: Hearing): boolean => heard === undefined;
