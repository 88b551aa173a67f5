import type { Invocation } from "./invocation.js";

const VERSION = "$LATEST";

/** The second argument of a handler. Source: Lambda Developer Guide, "Using the Lambda context object". */
export function createContext(invocation: Invocation, startedMs: number) {
  const deadlineMs = startedMs + invocation.timeoutSeconds * 1_000;
  return {
    awsRequestId: invocation.requestId,
    functionName: invocation.functionName,
    functionVersion: VERSION,
    invokedFunctionArn: invocation.functionArn,
    memoryLimitInMB: String(invocation.memoryMb),
    ...logNames(invocation.functionName),
    ...(invocation.clientContext !== undefined && { clientContext: parseContext(invocation.clientContext) }),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

const parseContext = (base64: string): unknown => JSON.parse(Buffer.from(base64, "base64").toString("utf8"));

const logNames = (functionName: string) => ({
  logGroupName: `/aws/lambda/${functionName}`,
  logStreamName: `[${VERSION}]local`,
});

/** Environment variables that tell a function about itself; set before each of its invocations. */
export function ownEnvironment({ functionName, memoryMb }: Invocation): Readonly<Record<string, string>> {
  const { logGroupName, logStreamName } = logNames(functionName);
  return {
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: VERSION,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
  };
}
