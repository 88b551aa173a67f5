import type { IotMessage, LocalStack, LocalStackOptions } from "@sfs3/local";
import { createColors } from "picocolors";
import type { ExportedFlow } from "../flow-module.js";
import type { Output } from "../io.js";
import { logLines } from "./log-lines.js";
import { createProgress, machineOf } from "./progress.js";
import { waitsOf } from "./waits.js";

/** Tells on one output, line by line, all that happens on a stack. */
export interface Narrator {
  readonly onLog: NonNullable<LocalStackOptions["onLog"]>;
  /** Tells of every execution and message from now on. */
  watch(stack: LocalStack): Promise<void>;
  /** Tells of these flows from now on. */
  know(flows: readonly ExportedFlow[]): void;
}

/** Who speaks where a message arrives. */
const MESSENGER = "MQTT";

export function createNarrator(flows: readonly ExportedFlow[], output: Output): Narrator {
  const colors = createColors(output.isTTY === true);
  let known = knowledgeOf(flows);
  const write = (speaker: string, line: string) =>
    output.write(`${colors.dim(speaker.padEnd(known.width))}  ${line}\n`);

  return {
    onLog: ({ functionName, text }) => {
      for (const line of logLines(text)) output.write(`${colors.dim(`${functionName} |`)} ${line}\n`);
    },
    know: (given) => {
      known = knowledgeOf(given);
    },
    watch: async (stack) => {
      const describe = createProgress({ colors, waits: (flow, state) => known.waits(flow, state), url: stack.url });
      stack.stepFunctions.onEvent((executionArn, event) => {
        const line = describe(executionArn, event);
        if (line !== undefined) write(machineOf(executionArn), line);
      });
      await stack.iot.subscribe("#", (message) => {
        const status = terminalStatus(message);
        if (status !== undefined) write(MESSENGER, `${colors.cyan("✉")} ${message.topic} ${status}`);
      });
    },
  };
}

const knowledgeOf = (flows: readonly ExportedFlow[]) => ({
  width: Math.max(...[...flows.map(({ flow }) => flow.name), MESSENGER].map((name) => name.length)),
  waits: waitsOf(flows),
});

/** The word that ends a process; a step's progress message has none. */
function terminalStatus({ payload }: IotMessage): string | undefined {
  const text = payload.toString("utf8");
  return text === "SUCCEEDED" || text === "FAILED" ? text : undefined;
}
