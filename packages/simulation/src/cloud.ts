import { createStartHandler, createStateHandler, createStatusNotifier } from "@sfs3/sdk/api";
import { functionPlaceholder, functionTimeouts, substitute } from "@sfs3/sdk/flow";
import { type Actor, currentActor } from "./actor.js";
import { type AwsClients, createAwsClients, type Transport } from "./aws-clients.js";
import { createBroker, type SimulatedBroker } from "./broker.js";
import { notifyOfEnds } from "./event-bridge.js";
import { type HttpAnswer, type HttpRequest, jsonRefusal, xmlRefusal } from "./http.js";
import { createLambda, type LambdaFunction, type SimulatedLambda } from "./lambda.js";
import type { Layout } from "./layouts.js";
import { createLedger, type Ledger } from "./ledger.js";
import { send } from "./network.js";
import { createS3, type SimulatedS3 } from "./s3.js";
import { scenarioKit } from "./scenario-kit.js";
import type { Process, Scenario } from "./scenarios.js";
import type { StepEvent } from "./state-entry.js";
import { createSimulatedStepFunctions, type SimulatedStepFunctions } from "./step-functions.js";
import type { World } from "./world.js";

type Sender = Actor | undefined;

/** The services of one run, with a process deployed on them. */
export interface Cloud {
  readonly s3: SimulatedS3<Sender>;
  readonly broker: SimulatedBroker;
  readonly lambda: SimulatedLambda;
  readonly stepFunctions: SimulatedStepFunctions<Sender>;
  readonly ledger: Ledger;
  readonly process: Process;
  readonly stateMachineArn: string;
  /** What was said on transactions' topics, by topic. */
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** How executions ended, by ARN: once, and once more for each redrive. */
  readonly ends: ReadonlyMap<string, readonly string[]>;
  /** Transactions that operators have mended, and that no step declines any more. */
  readonly mended: Set<string>;
}

const BUCKET = "sidecars";
const DOWNSTREAM = { StartAt: "Work", States: { Work: { Type: "Wait", Seconds: 2, End: true } } };

export interface CloudSettings {
  readonly world: World;
  readonly scenario: Scenario;
  readonly layout: Layout;
  readonly redrivable: boolean;
}

export const createCloud = async ({ world, scenario, layout, redrivable }: CloudSettings): Promise<Cloud> => {
  const functions = new Map<string, LambdaFunction>();
  const words = new Map<string, string[]>();
  const ends = new Map<string, string[]>();
  const mended = new Set<string>();
  const s3 = createS3<Sender>({ onWrite: (change, sender) => ledger.wrote(change, sender) });
  const ledger = createLedger({
    judge: world.judge,
    layout,
    mapped: new Set(scenario.mapped),
    objects: () => s3.objects,
    tick: () => s3.tick,
  });
  const broker = createBroker(world, ({ topic, payload }, sender) => {
    if (topic.split("/").length > 3) return ledger.publishedProgress(JSON.parse(payload).status, sender);
    words.set(topic, [...(words.get(topic) ?? []), payload]);
  });
  const lambda = createLambda(world, functions);
  const notify = notifyOfEnds(world, lambda, HANDLERS.notifier);
  const stepFunctions = createSimulatedStepFunctions<Sender>(world, {
    invoke: invocation(lambda, ledger),
    publish: (topic, payload) => publishByMachine(world, broker, { topic, payload }),
    // The machine downstream has a rule of nobody's.
    onEnd: (execution) => {
      ends.set(execution.executionArn, [...(ends.get(execution.executionArn) ?? []), execution.status]);
      if (execution.stateMachineArn === stateMachineArn) notify(execution);
    },
    onStart: ledger.startedExecution,
  });
  const clients = createAwsClients(transport(world, { s3, broker, stepFunctions, ledger }));
  const downstreamArn = await stepFunctions.createMachine("Downstream", JSON.stringify(DOWNSTREAM));
  const process = scenario.build(
    scenarioKit({ world, clients, ledger, downstreamArn, layout: layout.name, redrivable, mended }),
  );
  const stateMachineArn = await stepFunctions.createMachine(process.flow.name, definitionOf(process));
  deploySteps(functions, process, { world, ledger });
  deployHandlers(functions, { process, clients, stateMachineArn });
  return { s3, broker, lambda, stepFunctions, ledger, process, stateMachineArn, words, ends, mended };
};

const definitionOf = ({ definition, flow }: Process): string => {
  const names = Object.keys(flow.handlers).map((step) => [functionPlaceholder(step), step]);
  return substitute(JSON.stringify(definition), Object.fromEntries(names));
};

const deploySteps = (
  functions: Map<string, LambdaFunction>,
  { flow }: Process,
  { world, ledger }: { readonly world: World; readonly ledger: Ledger },
): void => {
  const timeouts = functionTimeouts(flow);
  for (const [name, step] of Object.entries(flow.handlers)) {
    functions.set(name, {
      handler: step as LambdaFunction["handler"],
      timeoutMs: 1_000 * (timeouts[name] ?? 30),
      onInvoke: (actor, event) => {
        const { attempt } = (event as StepEvent).sfs3;
        if (world.faults.areNone) {
          world.judge.check(
            "nothing fails by itself",
            attempt === 1,
            () => `${name} is tried for the ${attempt}. time`,
          );
        }
        ledger.invoked(actor, event as StepEvent, { name, outputKey: step.options.outputKey });
      },
    });
  }
};

interface Deployed {
  readonly process: Process;
  readonly clients: AwsClients;
  readonly stateMachineArn: string;
}

/** The functions of the process that are none of its steps, by the names that they are invoked by. */
export const HANDLERS = { start: "start-handler", state: "state-handler", notifier: "notifier" } as const;

const deployHandlers = (
  functions: Map<string, LambdaFunction>,
  { process: { flow }, clients: { s3, sfn, iot }, stateMachineArn }: Deployed,
): void => {
  const common = { stateMachineArn, stepFunctions: sfn };
  const start = createStartHandler({ ...common, flow, bucketName: BUCKET, s3 });
  const state = createStateHandler(common);
  const notifier = createStatusNotifier({ ...common, flow, bucketName: BUCKET, s3, iotDataPlane: iot });
  const deploy = (name: string, handler: LambdaFunction["handler"]) =>
    functions.set(name, { handler, timeoutMs: 20_000 });
  deploy(HANDLERS.start, start);
  deploy(HANDLERS.state, state);
  deploy(HANDLERS.notifier, notifier);
};

/** What the machine's Task states invoke; an answer that it does not wait for any more counts for nothing. */
const invocation =
  (lambda: SimulatedLambda, ledger: Ledger) => async (name: string, payload: string, signal: AbortSignal) => {
    const outcome = await lambda.invoke(name, payload);
    if (!("functionError" in outcome) && !signal.aborted) {
      ledger.succeeded(JSON.parse(payload) as StepEvent, JSON.parse(outcome.payload), name);
    }
    return outcome;
  };

const publishByMachine = async (
  world: World,
  broker: SimulatedBroker,
  message: { readonly topic: string; readonly payload: string },
): Promise<void> => {
  const { status } = await send(world, {
    label: `Publish ${message.topic}`,
    serve: () => broker.publish(message, undefined),
    refusals: REFUSALS.iot,
  });
  if (status >= 400) throw Object.assign(new Error("IoT refused"), { name: "InternalFailureException", status });
};

const refusing = (answer: HttpAnswer) => () => answer;

/** How services refuse what they could as well have done. */
const REFUSALS = {
  iot: {
    "answered 500": refusing(jsonRefusal(500, "InternalFailureException")),
    "answered 500, and done": refusing(jsonRefusal(500, "InternalFailureException")),
    "answered 503": refusing(jsonRefusal(503, "ServiceUnavailableException")),
    "answered 429": refusing(jsonRefusal(429, "ThrottlingException")),
  },
  sfn: {
    "answered 500": refusing(jsonRefusal(500, "InternalFailure")),
    "answered 500, and done": refusing(jsonRefusal(500, "InternalFailure")),
    "answered 503": refusing(jsonRefusal(503, "ServiceUnavailable")),
    "answered 429": refusing(jsonRefusal(400, "ThrottlingException")),
  },
  s3: {
    "answered 500": refusing(xmlRefusal(500, "InternalError")),
    "answered 500, and done": refusing(xmlRefusal(500, "InternalError")),
    "answered 503": refusing(xmlRefusal(503, "SlowDown")),
  },
} as const;

/**
 * The start handler believes S3 that an object is there or is not, and a step that its part is there or is not: S3 is
 * consistent. A step that finds no document, and who has lost a race, looks again.
 */
const s3Refusals = ({ method, path, headers }: HttpRequest, sender: Sender) => {
  const isCreation = headers["if-none-match"] === "*";
  const isConditional = isCreation || headers["if-match"] !== undefined;
  const looksAgain = sender?.name !== HANDLERS.start;
  const isDocument = path.split("/").length === 3;
  return {
    ...REFUSALS.s3,
    ...(isConditional && { "answered 409": refusing(xmlRefusal(409, "ConditionalRequestConflict")) }),
    ...(isConditional && looksAgain && { "answered 412": refusing(xmlRefusal(412, "PreconditionFailed")) }),
    ...((isConditional || (method === "GET" && isDocument)) &&
      !isCreation &&
      looksAgain && { "answered 404": refusing(xmlRefusal(404, "NoSuchKey")) }),
  };
};

type Services = Pick<Cloud, "s3" | "broker" | "stepFunctions" | "ledger">;

const transport =
  (world: World, { s3, broker, stepFunctions, ledger }: Services): Transport =>
  async (service, request, signal) => {
    const { method, path, headers } = request;
    if (service === "s3") {
      const sender = currentActor();
      const answer = await send(world, {
        label: `${method} ${path}`,
        serve: (actor) => s3.serve(request, actor),
        refusals: s3Refusals(request, sender),
        signal,
      });
      const tick = answer.headers["x-amz-request-id"];
      if (method !== "PUT" && tick !== undefined)
        ledger.answered(path.slice(`/${BUCKET}/`.length), Number(tick), sender);
      return answer;
    }
    const label = service === "iot" ? `POST ${path}` : (headers["x-amz-target"] ?? path);
    const serve = (actor: Sender) =>
      service === "iot" ? broker.serve(request, actor) : stepFunctions.serve(request, actor);
    return send<HttpAnswer>(world, { label, serve, refusals: REFUSALS[service], signal });
  };
