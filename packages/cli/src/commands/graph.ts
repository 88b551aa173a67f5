import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type FlowDefinition, outlineOf, startedFlows } from "@sfs3/sdk/flow";
import { type Command, Option } from "commander";
import { CliError, refusing } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import { loadFlowModule, selectFlow } from "../flow-module.js";
import { flowGraph } from "../graph/flow-graph.js";
import { toMermaid } from "../graph/mermaid.js";
import type { FlowGraph } from "../graph/model.js";
import type { Io } from "../io.js";
import { replaceFile } from "../replace-file.js";

interface GraphOptions {
  readonly flow?: string;
  readonly format: keyof typeof FORMATS;
  readonly out?: string;
  readonly check?: boolean;
}

/** Writers of pictures; the one that lays out is loaded only for it. */
const FORMATS = {
  mermaid: async (graph: FlowGraph) => toMermaid(graph),
  svg: async (graph: FlowGraph) => (await import("../graph/svg.js")).toSvg(graph),
} as const;

export function addGraph(program: Command, io: Io): void {
  program
    .command("graph")
    .summary("draw a flow as Mermaid or SVG")
    .description("Draws a flow: its states, how they follow each other, and what each step reads and writes.")
    .argument("<module>", "TypeScript or JavaScript file that exports the flow")
    .option(
      "--flow <name>",
      "the flow to draw, by its name or its export (default: the default export, or the only flow)",
    )
    .addOption(new Option("--format <format>", "what it is drawn as").choices(Object.keys(FORMATS)).default("mermaid"))
    .option("--out <file>", "write here instead of to standard output")
    .option("--check", "write nothing; exit 1 where the file at --out is not what would be written")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 graph src/flow.ts
  sfs3 graph src/flow.ts --flow Orders --format svg --out docs/orders.svg`,
    )
    .action((module: string, options: GraphOptions) => graph(module, options, io));
}

async function graph(module: string, { flow, format, out, check }: GraphOptions, io: Io): Promise<void> {
  if (check && out === undefined) throw new CliError("--check needs the file to compare with. Add --out <file>.");
  const selected = selectFlow(await loadFlowModule(module, io), flow).flow;
  const drawn = await FORMATS[format](pictureOf(selected));
  if (out === undefined) {
    io.stdout.write(drawn);
    return;
  }
  const path = resolve(io.cwd, out);
  if (check) compare(path, drawn, relative(io.cwd, path));
  else await refusing(`${selected.name} is not written`, async () => replaceFile(path, drawn));
}

function pictureOf(flow: FlowDefinition): FlowGraph {
  const started = startedFlows(flow).map(outlineOf);
  return flowGraph(outlineOf(flow), Object.fromEntries(started.map((outline) => [outline.name, outline])));
}

function compare(path: string, drawn: string, name: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === drawn) return;
  throw new CliError(`${name} is not what the flow looks like now. Draw it again: the same command without --check.`);
}
