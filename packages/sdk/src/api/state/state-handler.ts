import { DescribeExecutionCommand, type DescribeExecutionOutput, SFNClient } from "@aws-sdk/client-sfn";
import type { FieldRules } from "../../field-rules.js";
import { once } from "../../once.js";
import { txnIdOfKey } from "../../sidecar/layout.js";
import { payloadOf } from "../execution-input.js";
import type { CorsOptions } from "../http/cors.js";
import { type HttpHandler, httpHandler } from "../http/http-handler.js";
import { type Identify, type Identity, identifyByAuthorizer } from "../http/identity.js";
import { Problem } from "../http/problem.js";
import type { HttpRequest } from "../http/request.js";
import { type HttpResponse, jsonResponse } from "../http/response.js";
import { checkSettings, RULES, settingOf } from "../settings.js";
import { askedExecution } from "./asked-execution.js";

/** What {@link StateHandlerOptions.authorize} decides on. */
export interface StateQuestion {
  /** Who asks; `undefined` where the API knows nobody. */
  readonly identity: Identity | undefined;
  readonly transactionId: string;
  /** What the process was started with. */
  readonly subtopic: string | undefined;
}

/** Options of {@link createStateHandler}. */
export interface StateHandlerOptions {
  /** The machine whose executions are shown. Default: `STATE_MACHINE_ARN` of the environment. */
  readonly stateMachineArn?: string;
  /**
   * Whether a failed execution's cause is shown: the message of what a step threw, and its stack. Nobody but the step's
   * author knows that it quotes no data. Default: `false`, the error's name alone.
   */
  readonly showCause?: boolean;
  /** Whether this caller may see this execution; where not, the answer is 403. Default: whoever the API lets through. */
  readonly authorize?: (question: StateQuestion) => boolean | Promise<boolean>;
  /** Who a request comes from. Default: what an IAM or a JWT authorizer of the API has found out. */
  readonly identify?: Identify;
  /** Browsers' access. Default: none. */
  readonly cors?: CorsOptions;
  /** Default: a client of the AWS SDK's default chain, made once a container. */
  readonly stepFunctions?: SFNClient;
}

const HANDLER = "createStateHandler";

const OPTION_RULES: FieldRules = {
  stateMachineArn: RULES.stateMachineArn,
  showCause: RULES.flag,
  authorize: RULES.function,
  identify: RULES.function,
  cors: RULES.cors,
  stepFunctions: RULES.client,
};

/**
 * Makes the Lambda handler of `GET <path>?executionArn=` (or `?transactionId=`), which says how far a process is: `{ status,
 * transactionId, executionId, startDate, stopDate?, error?, cause? }`, never cached. `status` is Step Functions' own.
 * An execution of another machine is refused with 400, one that is not there with 404.
 *
 * Step Functions is eventually consistent here: just after the message that says `SUCCEEDED` it may still say `RUNNING`.
 *
 * @throws `StepConfigurationError` at once where an option is misspelt or out of range
 *
 * @example
 * ```ts
 * import { createStateHandler } from "@sfs3/sdk/api";
 *
 * export const handler = createStateHandler({
 *   authorize: ({ identity, subtopic }) => subtopic !== undefined && subtopic === identity?.subject,
 * });
 * ```
 */
export function createStateHandler(options: StateHandlerOptions = {}): HttpHandler {
  checkSettings(HANDLER, options, { rules: OPTION_RULES });
  const stepFunctions = once(() => options.stepFunctions ?? new SFNClient());
  return httpHandler({
    route: { method: "GET", answer: (request) => tellState(request, options, stepFunctions()) },
    cors: options.cors,
  });
}

const tellState = async (
  request: HttpRequest,
  options: StateHandlerOptions,
  stepFunctions: SFNClient,
): Promise<HttpResponse> => {
  const { identify = identifyByAuthorizer, authorize, showCause = false } = options;
  const executionId = askedExecution(request, settingOf(HANDLER, "stateMachineArn", options));
  const execution = await describe(stepFunctions, executionId);
  const { transactionId, subtopic } = transactionOf(execution);
  const question = { identity: await identify(request), transactionId, subtopic };
  if (authorize !== undefined && (await authorize(question)) !== true) {
    throw new Problem("forbidden", "The caller may not see this execution.");
  }
  return jsonResponse(200, { ...stateOf(execution, showCause), transactionId, executionId });
};

const describe = async (client: SFNClient, executionArn: string): Promise<DescribeExecutionOutput> => {
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ExecutionDoesNotExist") throw error;
    throw new Problem("not-found", "There is no such execution; Step Functions keeps one for 90 days after its end.");
  }
};

/** An execution that another machine started on the same sidecar is not named after the transaction. */
const transactionOf = ({ input, name = "" }: DescribeExecutionOutput) => {
  const { processData = name, subtopic } = payloadOf(input) ?? {};
  return { transactionId: txnIdOfKey(processData), subtopic };
};

const stateOf = ({ status, startDate, stopDate, error, cause }: DescribeExecutionOutput, showCause: boolean) => ({
  status,
  startDate: startDate?.toISOString(),
  stopDate: stopDate?.toISOString(),
  error,
  ...(showCause && { cause }),
});
