import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { FlowModule } from "../flow-module.js";
import loadModule from "../load-module.js";
import type { Finding } from "./finding.js";

export const UNUSED_STEP = {
  name: "unused-step",
  severity: "warning",
  summary: "Each step that a module in the flows' folder exports is in a flow.",
} as const;

/** Files that may export a step, tests and declarations excluded. */
const MODULE = /(?<!\.(?:test|spec|d|test-d))\.[cm]?[jt]s$/;

/**
 * Steps that the flow's module, or one below its folder, exports and no flow of it has. Only modules whose text defines a
 * step are loaded.
 */
export async function unusedSteps({ path, flows }: FlowModule): Promise<readonly Finding[]> {
  const used = new Set(flows.flatMap(({ flow }) => Object.keys(flow.handlers)));
  const files = modulesBelow(dirname(path)).filter((file) => readFileSync(file, "utf8").includes("defineStep("));
  const found = await Promise.all(files.map((file) => stepsOf(file, dirname(path))));
  return found.flat().filter(({ state }) => state === undefined || !used.has(state));
}

function modulesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return modulesBelow(path);
    return entry.isFile() && MODULE.test(entry.name) ? [path] : [];
  });
}

async function stepsOf(path: string, folder: string): Promise<readonly Finding[]> {
  const { name: rule, severity } = UNUSED_STEP;
  const file = relative(folder, path);
  try {
    const exported = Object.values(await loadModule(path));
    return [...new Set(exported.flatMap(stepName))].map((step) => ({
      rule,
      severity,
      flow: "",
      state: step,
      path,
      message: `The step '${step}' of ${file} is in no flow. Add it to one, or delete it.`,
    }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ rule, severity, flow: "", path, message: `${file} does not load, so its steps are not known: ${why}` }];
  }
}

function stepName(value: unknown): readonly string[] {
  if (typeof value !== "function" || !("schemaIn" in value) || !("options" in value)) return [];
  const name: unknown = Reflect.get(Object(value.options), "name");
  return typeof name === "string" ? [name] : [];
}
