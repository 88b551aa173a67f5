import { type Actor, actAs, currentActor } from "./actor.js";
import type { FaultKind } from "./faults.js";
import type { World } from "./world.js";

/** One request to a service, before it is sent. */
export interface Sending<TAnswer> {
  /** For the trace: service, operation, and what it is about. */
  readonly label: string;
  /** Takes effect at one instant; called again where the request is duplicated. */
  readonly serve: (sender: Actor | undefined) => TAnswer | Promise<TAnswer>;
  /** Answers that the service may give instead of doing it, by the kind of the fault; others strike any request. */
  readonly refusals: Readonly<Partial<Record<FaultKind, () => TAnswer>>>;
  readonly signal?: AbortSignal | undefined;
}

const TRANSPORT = [
  "slow request",
  "slow answer",
  "request lost",
  "answer lost",
  "request unanswered",
  "request arrives after its sender gave up",
  "request duplicated",
] as const satisfies readonly FaultKind[];

/** Longer than any Lambda of a run lives. */
const NEVER_MS = 60_000;

/** How one request fares: what strikes it, and how long its ways take. Unit: milliseconds. */
interface Fate {
  readonly fault: FaultKind | undefined;
  readonly thereMs: number;
  readonly backMs: number;
}

const fateOf = <TAnswer>({ faults, random }: World, { refusals }: Sending<TAnswer>): Fate => {
  const fault = faults.strike(...TRANSPORT, ...(Object.keys(refusals) as FaultKind[]));
  const slowMs = () => random.integer(300, 6_000);
  return {
    fault,
    thereMs: fault === "slow request" ? slowMs() : random.integer(1, 25),
    backMs: fault === "slow answer" ? slowMs() : random.integer(1, 25),
  };
};

/** What the AWS clients call a connection that broke. */
const connectionLost = () => Object.assign(new Error("the connection was lost"), { code: "ECONNRESET" });
const aborted = () => Object.assign(new Error("Request aborted"), { name: "AbortError" });

/** Sends a request through the network, which may do anything with it but change it. */
export const send = <TAnswer>(world: World, sending: Sending<TAnswer>): Promise<TAnswer> => {
  const sender = currentActor();
  const fate = fateOf(world, sending);
  world.trace(() => `${nameOf(sender)} sends ${sending.label}${fate.fault === undefined ? "" : ` (${fate.fault})`}`);
  return new Promise((resolve, reject) => {
    const { signal } = sending;
    const giveUp = () => reject(aborted());
    if (signal?.aborted) return giveUp();
    signal?.addEventListener("abort", giveUp, { once: true });
    const settle = (act: () => void) => {
      signal?.removeEventListener("abort", giveUp);
      if (sender?.survives() !== false) actAs(sender, act);
    };
    // One that dies of sending has sent it, or has not.
    if (sender?.survives() === false && world.random.chance(0.5)) return;
    carry(world, sending, { sender, fate }).then(
      (answer) => settle(() => resolve(answer)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
};

const nameOf = (sender: Actor | undefined) => (sender === undefined ? "somebody" : `${sender.name} #${sender.id}`);

interface Journey {
  readonly sender: Actor | undefined;
  readonly fate: Fate;
}

const carry = async <TAnswer>(
  world: World,
  { label, serve, refusals }: Sending<TAnswer>,
  { sender, fate: { fault, thereMs, backMs } }: Journey,
): Promise<TAnswer> => {
  const { random, pause } = world;
  const arrive = async (afterMs: number): Promise<TAnswer> => {
    await pause(afterMs);
    world.trace(() => `${label} arrives`);
    return actAs(undefined, async () => serve(sender)).catch((error: unknown) => {
      world.crash(error);
      throw error;
    });
  };
  // Whatever comes of it, nobody is there to hear.
  const neglected = (afterMs: number) => void arrive(afterMs).catch(() => {});
  const refusal = fault === undefined ? undefined : refusals[fault];
  switch (fault) {
    case "request lost":
      await pause(thereMs + backMs);
      throw connectionLost();
    case "answer lost":
      await arrive(thereMs);
      await pause(backMs);
      throw connectionLost();
    case "request unanswered":
      if (random.chance(0.5)) neglected(thereMs);
      await pause(NEVER_MS);
      throw connectionLost();
    case "request arrives after its sender gave up":
      neglected(random.integer(1_000, 15_000));
      await pause(random.integer(50, 900));
      throw connectionLost();
    case "request duplicated":
      neglected(random.integer(1, 10_000));
      break;
    case "answered 500, and done":
      await arrive(thereMs);
      break;
  }
  const answer = refusal === undefined ? await arrive(thereMs) : refusal();
  await pause(refusal === undefined ? backMs : thereMs + backMs);
  return answer;
};
