import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { StepEOutput } from "./step-e.js";

export const StepFOutput = z.object({ downstreamExecutionArn: z.string() });

/** Starts the downstream process on the same sidecar; a retry finds the execution that an earlier attempt started. */
export const stepF = defineStep(
  z.object({ "step-e-output": StepEOutput }),
  StepFOutput,
  async (_, { startExecution }) => {
    const downstream = process.env.DOWNSTREAM_STATE_MACHINE_ARN;
    if (downstream === undefined) throw new Error("DOWNSTREAM_STATE_MACHINE_ARN is not set: which machine to start?");
    return { downstreamExecutionArn: await startExecution(downstream) };
  },
  { name: "step-f" },
);
