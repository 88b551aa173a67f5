import { type Answer, type ApiRequest, jsonAnswer } from "../http/answer.js";
import { AwsError } from "../http/aws-error.js";
import type { Lambda } from "./create-lambda.js";
import { checkEvent } from "./event.js";
import type { FunctionDescription } from "./functions.js";
import { lambdaError } from "./lambda-errors.js";

type Call = (lambda: Lambda, request: ApiRequest, functionName: string) => Promise<Answer>;

interface Operation {
  readonly method: string;
  readonly path: RegExp;
  readonly run: Call;
}

/** The header in which each parameter of Invoke comes that nothing here stands behind. */
const REFUSED_HEADERS = {
  "x-amz-client-context": "ClientContext",
  "x-amz-durable-execution-name": "DurableExecutionName",
  "x-amz-tenant-id": "TenantId",
};
const LOG_TYPES = ["None", "Tail"];

const OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: /^\/2015-03-31\/functions\/(?<name>[^/]+)\/invocations$/,
    run: invokeFunction,
  },
  { method: "GET", path: /^\/2015-03-31\/functions\/?$/, run: async (lambda) => listFunctions(lambda) },
  {
    method: "GET",
    path: /^\/2015-03-31\/functions\/(?<name>[^/]+)$/,
    run: async (lambda, _request, name) => jsonAnswer(200, { Configuration: configuration(lambda.getFunction(name)) }),
  },
];

// How much of an invocation's log a caller gets back: Lambda API reference, Invoke, LogType.
const MAX_TAIL_BYTES = 4_096;
const EXECUTED_VERSION = { "x-amz-executed-version": "$LATEST" };

/** Lambda's API over HTTP: Invoke, ListFunctions and GetFunction. */
export const invokeApi =
  (lambda: Lambda) =>
  async (request: ApiRequest): Promise<Answer> => {
    const { method, url } = request;
    for (const operation of OPERATIONS) {
      const match = operation.method === method ? operation.path.exec(url.pathname) : null;
      if (match === null) continue;
      checkQuery(url.searchParams);
      return operation.run(lambda, request, decodeName(match.groups?.name ?? ""));
    }
    const message = `${method} ${url.pathname} is not served; of Lambda's API Invoke, ListFunctions and GetFunction are.`;
    throw new AwsError("NotImplementedException", { status: 501, message });
  };

const INVOCATION_TYPES: Readonly<Record<string, Call>> = {
  RequestResponse: invokeAndWait,
  Event: invokeLater,
  DryRun: async (lambda, _request, name) => {
    lambda.getFunction(name);
    return { status: 204, headers: EXECUTED_VERSION, body: "" };
  },
};

async function invokeFunction(lambda: Lambda, request: ApiRequest, name: string): Promise<Answer> {
  checkHeaders(request);
  const type = header(request, "x-amz-invocation-type") ?? "RequestResponse";
  const run = Object.hasOwn(INVOCATION_TYPES, type) ? INVOCATION_TYPES[type] : undefined;
  if (run !== undefined) return run(lambda, request, name);
  const types = Object.keys(INVOCATION_TYPES).join(", ");
  throw lambdaError("InvalidParameterValueException", `The invocation type "${type}" is not one of ${types}.`);
}

function checkHeaders(request: ApiRequest): void {
  for (const [name, parameter] of Object.entries(REFUSED_HEADERS)) {
    if (header(request, name) !== undefined) throw unsupported(parameter);
  }
  const logType = header(request, "x-amz-log-type") ?? "None";
  if (LOG_TYPES.includes(logType)) return;
  throw lambdaError(
    "InvalidParameterValueException",
    `The log type "${logType}" is not one of ${LOG_TYPES.join(", ")}.`,
  );
}

/** There are neither versions nor aliases, and lists come whole. */
function checkQuery(query: URLSearchParams): void {
  for (const [name, value] of query) {
    if (name !== "Qualifier" || value !== "$LATEST") throw unsupported(name, value);
  }
}

const unsupported = (parameter: string, value?: string) =>
  lambdaError(
    "InvalidParameterValueException",
    `The embedded Lambda does not support ${parameter}${value === undefined ? "" : ` "${value}"`}.`,
  );

async function invokeAndWait(lambda: Lambda, request: ApiRequest, name: string): Promise<Answer> {
  const written: string[] = [];
  const answer = await lambda.invoke(name, payloadOf(request), undefined, ({ text }) => written.push(text));
  const headers = {
    "content-type": "application/json",
    ...EXECUTED_VERSION,
    ...(answer.functionError !== undefined && { "x-amz-function-error": answer.functionError }),
    ...(header(request, "x-amz-log-type") === "Tail" && { "x-amz-log-result": tail(written) }),
  };
  return { status: 200, headers, body: answer.payload };
}

/** Invoked once: a function that fails has said so in its log, and nobody else waits for it. */
async function invokeLater(lambda: Lambda, request: ApiRequest, name: string): Promise<Answer> {
  const payload = payloadOf(request);
  lambda.getFunction(name);
  checkEvent(payload);
  lambda.invoke(name, payload).catch((error: unknown) => {
    process.emitWarning(`The asynchronous invocation of ${name} was lost: ${error}`);
  });
  return { status: 202, headers: {}, body: "" };
}

function listFunctions(lambda: Lambda): Answer {
  return jsonAnswer(200, { Functions: lambda.listFunctions().map(configuration) });
}

const configuration = (description: FunctionDescription) => ({
  FunctionName: description.name,
  FunctionArn: description.functionArn,
  Handler: description.handler.path.join("."),
  Runtime: "nodejs24.x",
  Timeout: description.timeoutSeconds,
  MemorySize: description.memoryMb,
  LastModified: description.lastModified.toISOString(),
  Version: "$LATEST",
  PackageType: "Zip",
  Environment: { Variables: description.environment },
});

const payloadOf = ({ body }: ApiRequest) => (body.length === 0 ? "{}" : body.toString("utf8"));

const header = ({ headers }: ApiRequest, name: string): string | undefined => headers[name]?.toString();

const tail = (written: readonly string[]) => Buffer.from(written.join("")).subarray(-MAX_TAIL_BYTES).toString("base64");

function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    throw lambdaError("ValidationException", `The function name ${encoded} is not URL-encoded: ${error}`);
  }
}
