import { exceedsPayloadLimit, type Json } from "../../asl/index.js";
import { StepFunctionsError } from "../service-error.js";
import type { TaskTokens } from "./task-tokens.js";

interface TokenInput {
  readonly taskToken: string;
}

interface FailureInput extends TokenInput {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export const taskOperations = (tokens: TaskTokens) => ({
  sendTaskSuccess: async ({ taskToken, output }: TokenInput & { readonly output: string }) => {
    tokens.succeed(taskToken, parseOutput(output));
    return {};
  },
  sendTaskFailure: async ({ taskToken, error, cause }: FailureInput) => {
    tokens.fail(taskToken, error, cause);
    return {};
  },
  sendTaskHeartbeat: async ({ taskToken }: TokenInput) => {
    tokens.heartbeat(taskToken);
    return {};
  },
});

function parseOutput(output: string): Json {
  if (exceedsPayloadLimit(output)) {
    throw new StepFunctionsError("InvalidOutput", "Invalid Output: 'the output is larger than 262144 bytes'");
  }
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new StepFunctionsError(
      "InvalidOutput",
      `Invalid Output: '${error instanceof Error ? error.message : error}'`,
    );
  }
}
