import { Sfs3Error } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import type { Output } from "../io.js";
import type { Narrator } from "../run/narrator.js";
import type { Changes, LiveFlows } from "./live-flows.js";
import type { BuildOutcome } from "./sources.js";

export interface SwapOptions {
  readonly flows: LiveFlows;
  readonly narrator: Narrator;
  readonly stderr: Output;
}

/** Deploys what was built, and tells of it; what is broken is told, and the last version that was not stays. */
export function createSwap({ flows, narrator, stderr }: SwapOptions): (outcome: BuildOutcome) => Promise<void> {
  let isBroken = false;
  const refuse = (why: string) => {
    isBroken = true;
    stderr.write(`${why}\nThe last version that was in order stays.\n`);
  };
  return async (outcome) => {
    if ("broken" in outcome) return refuse(outcome.broken);
    try {
      const changes = await flows.deploy(outcome.bundles);
      narrator.know(flows.list());
      stderr.write(textOf(changes) || (isBroken ? "In order again, with nothing changed.\n" : ""));
      isBroken = false;
    } catch (error) {
      refuse(messageOf(error));
    }
  };
}

const textOf = ({ added, updated, removed }: Changes): string =>
  [
    ...updated.map((name) => `↻ ${name} has changed; executions under way finish as they began.\n`),
    ...added.map((name) => `+ ${name} is new.\n`),
    ...removed.map(
      (name) => `- ${name} is gone from the sources; its machine stays as it was, its start API does not.\n`,
    ),
  ].join("");

/** These say what to do; of anything else only the stack says where it comes from. */
function messageOf(error: unknown): string {
  if (error instanceof CliError || error instanceof Sfs3Error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
