import { reachableModules } from "../flow-source/reachable-modules.js";
import loadModule from "../load-module.js";

/** A constant of the project, and where it is exported. */
export interface KnownExport {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** Where the values are exported that a flow's modules share: schemas and steps, by identity. */
export type KnownExports = ReadonlyMap<unknown, KnownExport>;

/** @param flowPath the module that holds the flow; what it exports itself cannot be imported by what it imports */
export async function knownExports(flowPath: string): Promise<KnownExports> {
  const known = new Map<unknown, KnownExport>();
  for (const path of reachableModules(flowPath)) {
    const exported: Readonly<Record<string, unknown>> = /\.json$/.test(path) ? {} : await loadModule(path);
    // A later module is farther away: the one that declares the value, where nearer ones hand it on.
    for (const [name, value] of Object.entries(exported)) if (isShared(name, value)) known.set(value, { name, path });
  }
  return known;
}

const isShared = (name: string, value: unknown): boolean =>
  name !== "default" && ((typeof value === "object" && value !== null) || typeof value === "function");
