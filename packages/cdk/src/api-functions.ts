import { resolve } from "node:path";
import { layoutOf } from "@sfs3/sdk/flow";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { bundle, type HandlerSource } from "./bundle.js";
import { flowModule } from "./flow-module.js";
import { iotKeysSource, ownSource, startSource, stateSource } from "./handler-source.js";
import { permit } from "./permission.js";
import type { ApiHandler, ProcessApiProps } from "./process-api-props.js";
import { processFunction } from "./process-function.js";
import type { ProcessParts } from "./process-parts.js";
import { permitStart, sidecarEnvironment } from "./sidecars.js";
import { executionsOf } from "./started-machines.js";
import type { StepEntry } from "./step-module.js";

/** What the functions of the API are made from. */
export interface ApiParts extends ProcessParts {
  readonly api: ProcessApiProps;
  readonly entry: StepEntry;
}

interface Handler {
  readonly does: string;
  readonly memoryMb: number;
  readonly source: (parts: ApiParts) => HandlerSource;
  readonly environment: (parts: ApiParts) => Readonly<Record<string, string>>;
  /** What it may do, beside its log. */
  readonly permit: (scope: Construct, lambda: LambdaFunction, parts: ApiParts) => void;
}

const httpSource = ({ folder, api: { corsOrigins = [] } }: ApiParts) => ({ folder, corsOrigins });

/** As docs/api.md says of each. */
const HANDLERS: Readonly<Record<ApiHandler, Handler>> = {
  start: {
    does: "starts it",
    // An upload of 64 MiB is held seven times over.
    memoryMb: 1024,
    source: (parts) => {
      const { flow, entry, api } = parts;
      const module = flowModule(flow, entry, api.flowModule);
      return startSource({ ...httpSource(parts), flow: flow.name, module, uploads: api.uploads ?? true });
    },
    environment: ({ flow, bucket, transactionPrefix, stateMachine }) => ({
      ...sidecarEnvironment(bucket),
      // For a handler of one's own that has no flow.
      ...(layoutOf(flow) === "parts" && { SIDECAR_LAYOUT: "parts" }),
      ...(transactionPrefix !== "" && { TRANSACTION_PREFIX: transactionPrefix }),
      STATE_MACHINE_ARN: stateMachine.stateMachineArn,
    }),
    permit: (_, lambda, parts) => {
      permitStart(lambda, parts);
      permit(lambda, { actions: ["states:StartExecution"], resources: [parts.stateMachine.stateMachineArn] });
    },
  },
  state: {
    does: "tells how far it is",
    memoryMb: 256,
    source: (parts) => stateSource(httpSource(parts)),
    environment: ({ stateMachine }) => ({ STATE_MACHINE_ARN: stateMachine.stateMachineArn }),
    permit: (scope, lambda, { stateMachine }) =>
      permit(lambda, {
        actions: ["states:DescribeExecution"],
        resources: [executionsOf(scope, stateMachine)],
        wildcard: "An execution is named when it is started.",
      }),
  },
  iotKeys: {
    does: "gives out credentials to hear of its ends",
    memoryMb: 256,
    source: (parts) => iotKeysSource(httpSource(parts)),
    environment: ({ flow, iotEndpoint }) => ({ TOPIC_ROOT: flow.topicRoot, IOT_ENDPOINT: iotEndpoint }),
    // What it may is the listener's role to say, which is made for it.
    permit: () => {},
  },
};

/** API Gateway answers after 30 s, whatever the function does. Unit: seconds. Source: API Gateway quotas, HTTP API. */
const TIMEOUT_SECONDS = 29;

export const apiFunction = (scope: Construct, handler: ApiHandler, parts: ApiParts): LambdaFunction => {
  const { does, memoryMb, source, environment, permit: permitHandler } = HANDLERS[handler];
  const { flow, logGroup, bundling, api } = parts;
  const own = api.modules?.[handler];
  const lambda = processFunction(scope, handler, {
    description: `${flow.name}: ${does}`,
    code: bundle(own === undefined ? source(parts) : ownSource(resolve(own)), bundling),
    timeoutSeconds: TIMEOUT_SECONDS,
    memoryMb,
    environment: environment(parts),
    logGroup,
    options: api.functions?.[handler] ?? {},
  });
  permitHandler(scope, lambda, parts);
  return lambda;
};
