import { type Answer, type ApiRequest, jsonAnswer } from "../http/answer.js";
import { AwsError } from "../http/aws-error.js";
import type { Lambda } from "./create-lambda.js";
import type { FunctionDescription } from "./functions.js";
import { lambdaError } from "./lambda-errors.js";

type Call = (lambda: Lambda, request: ApiRequest, functionName: string) => Promise<Answer>;

interface Operation {
  readonly method: string;
  readonly path: RegExp;
  /** Its parameters in the query. */
  readonly takes: readonly string[];
  readonly run: Call;
}

/** The header in which each parameter of Invoke comes that nothing here stands behind. */
const REFUSED_HEADERS = {
  "x-amz-durable-execution-name": "DurableExecutionName",
  "x-amz-tenant-id": "TenantId",
};
const LOG_TYPES = ["None", "Tail"];

const OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: /^\/2015-03-31\/functions\/(?<name>[^/]+)\/invocations$/,
    takes: ["Qualifier"],
    run: invokeFunction,
  },
  { method: "GET", path: /^\/2015-03-31\/functions\/?$/, takes: [], run: async (lambda) => listFunctions(lambda) },
  {
    method: "GET",
    path: /^\/2015-03-31\/functions\/(?<name>[^/]+)$/,
    takes: ["Qualifier"],
    run: async (lambda, request, name) =>
      jsonAnswer(200, { Configuration: configuration(lambda.getFunction(name, qualifierOf(request))) }),
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
      checkQuery(url.searchParams, operation);
      return operation.run(lambda, request, decodeName(match.groups?.name ?? ""));
    }
    const message = `${method} ${url.pathname} is not served; of Lambda's API Invoke, ListFunctions and GetFunction are.`;
    throw new AwsError("NotImplementedException", { status: 501, message });
  };

const STATUS = { RequestResponse: 200, Event: 202, DryRun: 204 } as const;

async function invokeFunction(lambda: Lambda, request: ApiRequest, name: string): Promise<Answer> {
  checkHeaders(request);
  const written: string[] = [];
  // Lambda itself refuses a type that is none.
  const invocationType = (header(request, "x-amz-invocation-type") ?? "RequestResponse") as keyof typeof STATUS;
  const answer = await lambda.invoke(name, payloadOf(request), undefined, {
    invocationType,
    qualifier: qualifierOf(request),
    clientContext: header(request, "x-amz-client-context"),
    onLog: ({ text }) => written.push(text),
  });
  const headers = {
    ...(invocationType === "RequestResponse" && { "content-type": "application/json" }),
    ...(invocationType !== "Event" && EXECUTED_VERSION),
    ...(answer.functionError !== undefined && { "x-amz-function-error": answer.functionError }),
    ...(header(request, "x-amz-log-type") === "Tail" && { "x-amz-log-result": tail(written) }),
  };
  return { status: STATUS[invocationType], headers, body: answer.payload };
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

/** Lists come whole: there are no pages. */
function checkQuery(query: URLSearchParams, { takes }: Operation): void {
  for (const [name, value] of query) if (!takes.includes(name)) throw unsupported(name, value);
}

const unsupported = (parameter: string, value?: string) =>
  lambdaError(
    "InvalidParameterValueException",
    `The embedded Lambda does not support ${parameter}${value === undefined ? "" : ` "${value}"`}.`,
  );

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

const qualifierOf = ({ url }: ApiRequest) => url.searchParams.get("Qualifier") ?? undefined;

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
