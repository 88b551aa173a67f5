import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { LocalStack } from "@sfs3/local";
import { CliError, refusing } from "../cli-error.js";
import { unlessInterrupted } from "../interrupted.js";
import type { Io } from "../io.js";
import { withEmbeddedStack } from "../run/embedded-stack.js";
import { createNarrator, type Narrator } from "../run/narrator.js";
import type { DevOptions } from "./dev.js";
import { devEnvironment, envFile, exportLines } from "./environment.js";
import { createLiveFlows, type LiveFlows } from "./live-flows.js";
import { processApi } from "./process-api.js";
import { readyJson, readyText } from "./ready.js";
import { runCommand } from "./run-command.js";
import type { Bundles, Sources } from "./sources.js";
import { STATUS_PATH, statusPage } from "./status-page.js";
import { createSwap } from "./swap.js";

/** The bucket of the sidecars. */
const BUCKET = "sfs3";

/** Loads the handlers into workers. */
const LOADER = new URL("./load-bundle.js", import.meta.url).href;

export interface Building {
  readonly sources: Sources;
  /** The first build. */
  readonly building: Promise<Bundles>;
}

export async function serve({ sources, building }: Building, options: DevOptions, io: Io): Promise<void> {
  const narrator = createNarrator([], io.stderr);
  let open = () => {};
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  const stackOptions = {
    cwd: io.cwd,
    dataDir: options.data,
    mocks: options.mocks,
    port: options.port,
    allowedHosts: options.host ?? [],
    pinFunctions: true,
    // A client of the session before may ask at once: executions that it starts or redrives need their functions.
    ready,
    lambda: { loader: LOADER },
    onLog: narrator.onLog,
    warn: (message: string) => void io.stderr.write(`${message}\n`),
  };
  await withEmbeddedStack(stackOptions, async (stack) => {
    const flows = createLiveFlows(stack, { bucket: BUCKET, environment: { LOG_LEVEL: io.env.LOG_LEVEL ?? "WARN" } });
    await unlessInterrupted(io.signal, building.then(flows.deploy));
    await keepVersions(stack);
    sources.tidy();
    narrator.know(flows.list());
    await tellOf(stack, { flows, narrator });
    await sources.watch(createSwap({ flows, narrator, stderr: io.stderr }));
    open();
    await handOver({ stack, flows }, options, io);
  });
}

/** As a deployed bucket does, unless the user has said otherwise: they show what each step did to a sidecar. */
async function keepVersions({ s3 }: LocalStack): Promise<void> {
  if (s3.bucketVersioning(BUCKET) === undefined) await s3.putBucketVersioning(BUCKET, "Enabled");
}

async function tellOf(
  stack: LocalStack,
  { flows, narrator }: { readonly flows: LiveFlows; readonly narrator: Narrator },
) {
  await narrator.watch(stack);
  stack.serve(processApi(stack, flows, BUCKET));
  stack.serve(statusPage(stack, flows, BUCKET));
}

interface Served {
  readonly stack: LocalStack;
  readonly flows: LiveFlows;
}

/** Says that all is ready, and leaves it to the user, or to the command, how long that is. */
async function handOver({ stack, flows }: Served, options: DevOptions, io: Io): Promise<void> {
  const names = flows.list().map(({ flow }) => flow.name);
  const environment = devEnvironment(stack, names, BUCKET);
  if (options.writeEnv !== undefined) await writeEnvFile(resolve(io.cwd, options.writeEnv), environment);
  io.stderr.write(readyText({ stack, names, data: resolve(io.cwd, options.data), afterMs: performance.now() }));
  if (options.json) io.stdout.write(readyJson({ stack, names, environment }));
  else if (options.exec === undefined) io.stdout.write(exportLines(environment));
  if (options.open) await openPage(`${stack.url}${STATUS_PATH}`, io);
  if (options.exec === undefined) await interruption(io.signal);
  else await execute(options.exec, environment, io);
}

const writeEnvFile = (path: string, environment: Readonly<Record<string, string>>): Promise<void> =>
  refusing("The environment is not written", async () => writeFileSync(path, envFile(environment)));

/** Without a browser the page is still there. */
async function openPage(url: string, { stderr }: Io): Promise<void> {
  const { default: open } = await import("open");
  const browser = await open(url);
  browser.once("error", (error) => void stderr.write(`No browser opens ${url}: ${error.message}\n`));
}

const interruption = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });

async function execute(command: string, environment: Readonly<Record<string, string>>, io: Io): Promise<void> {
  const { cwd, signal, stdout, stderr } = io;
  const exitCode = await runCommand(command, {
    cwd,
    env: { ...io.env, ...environment },
    signal,
    isInteractive: [stdout, stderr].some(({ isTTY }) => isTTY === true),
  });
  if (exitCode !== 0) throw new CliError(`The command ended with ${exitCode}: ${command}`, { exitCode });
}
