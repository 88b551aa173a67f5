import { join } from "node:path";
import { systemClock, withoutWaits } from "./asl/index.js";
import { watchDataFolder } from "./data-folder-watch.js";
import { dispatcher, type Front, type HttpHandler, openFront, type Service } from "./http/index.js";
import { createIot, type Iot } from "./iot/index.js";
import { createLambda, functionArn, type Lambda, type LambdaOptions } from "./lambda/index.js";
import { pinFunctions } from "./pinned-functions.js";
import { createS3, type S3 } from "./s3/index.js";
import { s3Objects } from "./s3-objects.js";
import { serviceTable } from "./service-table.js";
import { createStepFunctions, type MockConfig, readMocks, type StepFunctions } from "./stepfunctions/index.js";
import { stateMachineArn } from "./stepfunctions/names.js";
import { resolveSyncHost } from "./sync-host.js";

/** Settings of {@link startLocalStack}. */
export interface LocalStackOptions {
  /** Folder in which the stack keeps its state; created where absent. One process at a time may use it; a second one is refused. */
  readonly dataDir: string;
  /** Port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /**
   * Names, beside those of this machine, that a `Host` header may have and a page may come from: `host.docker.internal`,
   * or what a port is forwarded under. Default: none; a request under another name is refused with 403.
   */
  readonly allowedHosts?: readonly string[];
  /** Default: `us-east-1`. */
  readonly region?: string;
  /** Twelve digits. Default: `000000000000`. */
  readonly accountId?: string;
  readonly lambda?: Pick<LambdaOptions, "loader" | "inline" | "maxWorkers">;
  /**
   * What stands in for services that are not here, such as SQS and DynamoDB: mocks in the format of Step Functions
   * Local, or the path of their JSON file. Default: none.
   */
  readonly mocks?: MockConfig | string;
  /** Wait states and retry intervals take no time; deadlines still hold. Default: `false`. */
  readonly skipWaits?: boolean;
  /**
   * Executions go on with the functions that there were when they started, whatever is deployed meanwhile.
   * Default: `false`, each invocation has the newest code, as on AWS.
   */
  readonly pinFunctions?: boolean;
  /**
   * Requests over the wire wait for it, so that whoever finds the port open finds deployed what belongs there.
   * Default: none waits.
   */
  readonly ready?: Promise<unknown>;
  /** Hears what functions write to stdout and stderr. Default: nobody. */
  readonly onLog?: LambdaOptions["onLog"];
  /** Hears of what is wrong but stops nothing. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void;
}

/** A running stack. */
export interface LocalStack {
  readonly port: number;
  /** For the AWS clients: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** For MQTT over TCP: `mqtt://127.0.0.1:<port>`. */
  readonly mqttUrl: string;
  /** For MQTT over WebSocket: `ws://127.0.0.1:<port>/mqtt`. */
  readonly mqttWebSocketUrl: string;
  /** What a program has to have in its environment for unmodified AWS clients to find this stack. */
  readonly environment: Readonly<Record<string, string>>;
  /** The role that machines are created with; nobody checks what it may do. */
  readonly roleArn: string;
  /** The ARN that a machine of this name has or will have. */
  stateMachineArn(name: string): string;
  /** The ARN that a function of this name has or will have. */
  functionArn(name: string): string;
  readonly s3: S3;
  readonly stepFunctions: StepFunctions;
  readonly lambda: Lambda;
  readonly iot: Iot;
  /** Serves more on the same port from now on; its target and path go before those of the services that are there. */
  serve(service: Service): void;
  /** Stops executions, ends workers and connections, frees the port. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts Step Functions, Lambda, S3 and IoT in this process, on one port, over their real protocols.
 *
 * @throws DataFolderError where the data folder cannot be written
 * @throws Error where the port or the data folder is in use
 *
 * @example
 * ```ts
 * import { startLocalStack } from "@sfs3/local";
 *
 * const stack = await startLocalStack({ dataDir: ".sfs3" });
 * await stack.s3.createBucket("processes");
 * stack.lambda.createFunction({ name: "step-a", handler: { module: "/app/step-a.mjs", path: ["handler"] } });
 * await stack.close();
 * ```
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  resolveSyncHost();
  const owner = { region: options.region ?? "us-east-1", accountId: options.accountId ?? "000000000000" };
  const environment = () => environmentOf(front.port, owner.region);
  const host = () => `127.0.0.1:${front.port}`;
  const url = () => `http://${host()}`;
  const { s3, stepFunctions, lambda, iot, running } = await startServices(options, { ...owner, environment, url });
  const warn = options.warn ?? ((message: string) => process.emitWarning(message));
  const services = [...serviceTable({ s3, stepFunctions, lambda, iot, host })];
  const { port = 0, allowedHosts = [] } = options;
  const dispatch = dispatcher(services);
  const http: HttpHandler = async (request, response) => {
    await options.ready;
    return dispatch(request, response);
  };
  const front: Front = await openFront({ port, allowedHosts, http, mqtt: iot.connect, warn }).catch(
    async (error: unknown) => {
      await closeInTurn([...running, s3.close]);
      throw error;
    },
  );

  let closing: Promise<void> | undefined;
  return {
    port: front.port,
    url: url(),
    mqttUrl: `mqtt://${host()}`,
    mqttWebSocketUrl: `ws://${host()}/mqtt`,
    environment: environment(),
    roleArn: `arn:aws:iam::${owner.accountId}:role/sfs3`,
    stateMachineArn: (name) => stateMachineArn(owner, name),
    functionArn: (name) => functionArn(owner, name),
    s3,
    stepFunctions,
    lambda,
    iot,
    serve: (service) => void services.unshift(service),
    close: () => {
      closing ??= closeInTurn([...running, front.close, s3.close]);
      return closing;
    },
  };
}

interface StackIdentity {
  readonly region: string;
  readonly accountId: string;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly url: () => string;
}

async function startServices(options: LocalStackOptions, { region, accountId, environment, url }: StackIdentity) {
  const { dataDir, skipWaits = false, onLog, warn, mocks } = options;
  if (mocks !== undefined) readMocks(mocks);
  // First, as it is what may fail: a broker that is started already would keep the process.
  const watch = watchDataFolder({ folder: dataDir, warn: warn ?? ((message) => process.emitWarning(message)) });
  const s3 = await createS3({ dataDir: join(dataDir, "s3"), ...(warn && { warn }) }, watch);
  const iot = await createIot();
  const lambda = createLambda({ region, accountId, environment, ...(onLog && { onLog }), ...options.lambda });
  const clock = skipWaits ? withoutWaits(systemClock) : systemClock;
  const pinned = options.pinFunctions ? pinFunctions(lambda) : undefined;
  const ports = {
    lambda: pinned?.port ?? lambda,
    iot,
    s3: { endpoint: url },
    objects: s3Objects(s3),
    ...(mocks && { mocks }),
  };
  const stepFunctionsDir = join(dataDir, "stepfunctions");
  const stepFunctions = await orClose([lambda.close, iot.close, s3.close], () =>
    createStepFunctions(
      { region, accountId, clock, dataDir: stepFunctionsDir, ...ports, ...(warn && { warn }) },
      watch,
    ),
  );
  if (pinned !== undefined) stepFunctions.onEvent(pinned.onEvent);
  // Executions end first: they would only see their functions fail.
  const running = [stepFunctions.close, lambda.close, iot.close];
  return { s3, iot, lambda, stepFunctions, running };
}

/** What cannot be opened leaves nothing open that keeps the process. */
async function orClose<T>(closings: readonly (() => Promise<void>)[], open: () => T): Promise<T> {
  try {
    return open();
  } catch (error) {
    await closeInTurn(closings);
    throw error;
  }
}

/** One that fails to close keeps no other open. */
async function closeInTurn(closings: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closings) await close().catch((error: unknown) => failures.push(error));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, "The local stack did not close cleanly.");
}

const ENDPOINTS = ["S3", "SFN", "IOT_DATA_PLANE", "IOT", "LAMBDA"];

function environmentOf(port: number, region: string): Readonly<Record<string, string>> {
  const endpoints = ENDPOINTS.map((service) => [`AWS_ENDPOINT_URL_${service}`, `http://127.0.0.1:${port}`]);
  return {
    ...Object.fromEntries(endpoints),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
