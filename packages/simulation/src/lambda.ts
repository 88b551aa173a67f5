import { type Actor, actAs, createActor } from "./actor.js";
import type { World } from "./world.js";

export interface LambdaFunction {
  readonly handler: (event: never, context: LambdaContext) => Promise<unknown>;
  readonly timeoutMs: number;
  /** Hears of each invocation before it begins. */
  readonly onInvoke?: (actor: Actor, event: unknown) => void;
}

interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What Lambda answers: the function's result as JSON, or its error object. */
export type Outcome = { readonly payload: string } | { readonly payload: string; readonly functionError: "Unhandled" };

export interface SimulatedLambda {
  /** @throws an error of the Lambda API */
  invoke(name: string, payload: string): Promise<Outcome>;
  readonly invocations: number;
}

/**
 * Source: AWS Lambda Developer Guide, "Lambda runtime environment lifecycle": what a function that crashes or exceeds
 * its timeout answers. Its execution environment is gone then, with all that it was doing.
 */
export const createLambda = (world: World, functions: ReadonlyMap<string, LambdaFunction>): SimulatedLambda => {
  const { random, faults, pause } = world;
  let invocations = 0;

  const run = async (name: string, payload: string): Promise<Outcome> => {
    const found = functions.get(name);
    if (found === undefined) throw serviceError("ResourceNotFoundException", 404, `Function not found: ${name}`);
    const isLate = faults.strike("Lambda starts late") !== undefined;
    await pause(random.integer(1, 30) + (isLate ? random.integer(500, 8_000) : 0));
    invocations += 1;
    return invocation(world, { name, id: invocations, payload, ...found });
  };

  return {
    invoke: async (name, payload) => {
      const fault = faults.strike(
        "Lambda throttled",
        "answered 500",
        "Lambda's answer lost",
        "Lambda invoked twice at once",
      );
      if (fault === "Lambda throttled") throw serviceError("TooManyRequestsException", 429);
      if (fault === "answered 500") throw serviceError("ServiceException", 500);
      if (fault === "Lambda invoked twice at once") void pause(random.integer(0, 3_000)).then(() => run(name, payload));
      const outcome = await run(name, payload);
      if (fault === "Lambda's answer lost") throw serviceError("SdkClientException", 500);
      return outcome;
    },
    get invocations() {
      return invocations;
    },
  };
};

const serviceError = (name: string, status: number, message = name) =>
  Object.assign(new Error(message), { name, status });

interface Invocation extends LambdaFunction {
  readonly name: string;
  readonly id: number;
  readonly payload: string;
}

/** The longest life that a death is worth waiting for: an invocation has some twenty awaits. */
const MAX_AWAITS = 20;

const invocation = (world: World, { name, id, payload, handler, timeoutMs, onInvoke }: Invocation): Promise<Outcome> =>
  new Promise((resolve) => {
    const { faults, random, timeline } = world;
    const fault = faults.strike("Lambda dies", "Lambda hangs until its timeout");
    const livesFor = fault === undefined ? undefined : random.integer(1, MAX_AWAITS);
    const endsMs = timeline.now() + timeoutMs;
    const end = (outcome: Outcome, how: string) => {
      cancelTimeout();
      world.trace(() => `${name} #${id} ${how}`);
      resolve(outcome);
    };
    const failed = (errorType: string, errorMessage: string): Outcome => ({
      functionError: "Unhandled",
      payload: JSON.stringify({ errorType, errorMessage }),
    });
    const onDeath = () => {
      // What hangs keeps its environment until the timeout ends both.
      if (fault === "Lambda dies") end(failed("Runtime.ExitError", "the runtime exited"), "dies");
    };
    const actor = createActor({ id, name, livesFor, onDeath });
    const cancelTimeout = timeline.after(timeoutMs, () => {
      end(failed("Sandbox.Timedout", "Task timed out"), "times out");
      actor.kill();
    });
    world.trace(() => `${name} #${id} begins: ${payload}`);
    const context = { awsRequestId: `request-${id}`, getRemainingTimeInMillis: () => endsMs - timeline.now() };
    const event: unknown = JSON.parse(payload);
    onInvoke?.(actor, event);
    actAs(actor, () => handler(event as never, context)).then(
      (result) => actor.isAlive && end({ payload: JSON.stringify(result) }, "returns"),
      (error: Error) => actor.isAlive && end(failed(error.name, error.message), `throws ${error.name}`),
    );
  });
