import { type Deployment, deployFlows, type LocalStack } from "@sfs3/local";
import { CliError, refusing } from "../cli-error.js";
import { type ExportedFlow, type FlowModule, flowModule } from "../flow-module.js";
import loadBundle from "./load-bundle.js";
import type { Bundles } from "./sources.js";

/** A flow that is deployed, and the bundle that its handlers are in. */
export interface LiveFlow extends ExportedFlow {
  /** Absolute path of the source that exports it. */
  readonly source: string;
  /** Absolute path of the bundle. */
  readonly module: string;
}

/** What differs from the deployment before, as names of flows. */
export interface Changes {
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
}

/** The flows of the modules as they were when they last were in order. */
export interface LiveFlows {
  list(): readonly LiveFlow[];
  /** By its name. */
  find(name: string): LiveFlow | undefined;
  /**
   * Puts what the bundles export in place of what was there; executions under way finish on what they began with.
   *
   * @throws `CliError`, `Sfs3Error` for what cannot run; all is as before then
   */
  deploy(bundles: Bundles): Promise<Changes>;
}

export interface LiveFlowsOptions {
  readonly bucket: string;
  /** More environment for every function. */
  readonly environment: Readonly<Record<string, string>>;
}

export function createLiveFlows(stack: LocalStack, { bucket, environment }: LiveFlowsOptions): LiveFlows {
  let live: ReadonlyMap<string, LiveFlow> = new Map();
  return {
    list: () => [...live.values()],
    find: (name) => live.get(name),
    deploy: async (bundles) => {
      const flows = await loadFlows(bundles);
      const changes = changesBetween(live, flows);
      if (Object.values(changes).every(({ length }) => length === 0)) return changes;
      const [first] = flows.values();
      if (first === undefined) throw new CliError("There is no flow to deploy.");
      await refusing(
        "The flows cannot run here",
        (): Promise<Deployment> =>
          deployFlows(stack, {
            module: first.module,
            flows: [...flows.values()],
            bucket,
            environment,
            statusNotifier: true,
          }),
      );
      live = flows;
      return changes;
    },
  };
}

async function loadFlows(bundles: Bundles): Promise<ReadonlyMap<string, LiveFlow>> {
  const flows = new Map<string, LiveFlow>();
  for (const [source, module] of bundles) {
    for (const exported of (await load(source, module)).flows) add(flows, { ...exported, source, module });
  }
  return flows;
}

async function load(source: string, bundle: string): Promise<FlowModule> {
  const exported = await loadBundle(bundle).catch((cause: unknown) => {
    throw new CliError(`${source} does not load: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  return flowModule(source, exported);
}

/** A module may export another one's flow again; two flows of one name would be one machine. */
function add(flows: Map<string, LiveFlow>, added: LiveFlow): void {
  const { name } = added.flow;
  const known = flows.get(name);
  if (known === undefined) return void flows.set(name, added);
  if (known.flow === added.flow) return;
  throw new CliError(`${known.source} and ${added.source} export different flows named '${name}'. Rename one.`);
}

function changesBetween(before: ReadonlyMap<string, LiveFlow>, after: ReadonlyMap<string, LiveFlow>): Changes {
  const names = [...after.keys()];
  return {
    added: names.filter((name) => !before.has(name)),
    updated: names.filter((name) => before.has(name) && before.get(name)?.module !== after.get(name)?.module),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}
