import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IGrantable, Role } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import { type ApiParts, apiFunction } from "./api-functions.js";
import { DeploymentError } from "./deployment-error.js";
import { listenerRole } from "./listener-role.js";
import type { ApiHandler } from "./process-api-props.js";

/** A process behind HTTP. */
export interface ProcessApi {
  readonly httpApi: HttpApi;
  /** Where a process is started, asked for its state, and listened to: what `@sfs3/client` is given. */
  readonly startUrl: string;
  readonly stateUrl: string;
  readonly credentialsUrl: string;
  /** Their functions; an Express machine has none that tells a state. */
  readonly functions: ApiFunctions;
  /** Whose credentials are given out to hear of ends, narrowed to the caller's own subtopic. */
  readonly listenerRole: Role;
  /**
   * Lets somebody call the API, by IAM.
   *
   * @throws DeploymentError where an authorizer of your own decides who may
   */
  readonly grantCall: (grantee: IGrantable) => void;
}

export interface ApiFunctions extends Readonly<Partial<Record<ApiHandler, LambdaFunction>>> {
  readonly start: LambdaFunction;
  readonly iotKeys: LambdaFunction;
}

interface ApiRoute {
  readonly handler: ApiHandler;
  readonly method: HttpMethod;
  readonly path: string;
}

const START = "/start-process";
const STATE = "/process-state";
const CREDENTIALS = "/iot/keys";

const ROUTES: readonly ApiRoute[] = [
  { handler: "start", method: HttpMethod.POST, path: START },
  { handler: "start", method: HttpMethod.POST, path: `${START}/uploads` },
  { handler: "state", method: HttpMethod.GET, path: STATE },
  { handler: "iotKeys", method: HttpMethod.GET, path: CREDENTIALS },
];

/** The handlers of `@sfs3/sdk/api` behind routes that an authorizer guards. */
export const processApi = (scope: Construct, id: string, parts: ApiParts): ProcessApi => {
  const own = new Construct(scope, id);
  const { basePath = "" } = parts.api;
  const functions = functionsOf(own, parts);
  const { topicRoot } = parts.flow;
  const role = listenerRole(own, "ListenerRole", { topicRoot, givenOutBy: functions.iotKeys });
  functions.iotKeys.addEnvironment("IOT_ROLE_ARN", role.roleArn);
  const httpApi = parts.api.httpApi ?? newApi(own, parts);
  const guarded = servedRoutes(parts).flatMap((route) => addRoute(httpApi, route, { ...parts, functions }));
  const urlOf = (path: string) => `${httpApi.apiEndpoint}${basePath}${path}`;
  return {
    httpApi,
    startUrl: urlOf(START),
    stateUrl: urlOf(STATE),
    credentialsUrl: urlOf(CREDENTIALS),
    functions,
    listenerRole: role,
    grantCall: (grantee) => grantCall(grantee, guarded, parts),
  };
};

const servedRoutes = ({ api: { uploads = true } }: ApiParts): readonly ApiRoute[] =>
  ROUTES.filter(({ path }) => uploads || path !== `${START}/uploads`);

/** Step Functions tells no state of an Express machine's executions. */
const functionsOf = (scope: Construct, parts: ApiParts): ApiFunctions => ({
  start: apiFunction(scope, "start", parts),
  ...(parts.stateMachine.stateMachineType === StateMachineType.STANDARD && {
    state: apiFunction(scope, "state", parts),
  }),
  iotKeys: apiFunction(scope, "iotKeys", parts),
});

const newApi = (scope: Construct, { flow, logGroup, api: { throttle } }: ApiParts): HttpApi => {
  const httpApi = new HttpApi(scope, "Http", { description: `Starts ${flow.name}`, createDefaultStage: false });
  new HttpStage(scope, "Stage", {
    httpApi,
    stageName: "$default",
    autoDeploy: true,
    throttle: throttle ?? { rateLimit: 100, burstLimit: 200 },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
  return httpApi;
};

/** No path's parameters, no bodies. Source: API Gateway Developer Guide, "Customize HTTP API access logs". */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  bytes: "$context.responseLength",
  errorType: "$context.error.responseType",
  integrationError: "$context.integrationErrorMessage",
};

interface Served extends ApiParts {
  readonly functions: ApiFunctions;
}

/** @returns the guarded routes, without those of browsers' preflights, which carry no credentials */
const addRoute = (httpApi: HttpApi, route: ApiRoute, { api, functions }: Served): readonly HttpRoute[] => {
  const { handler, method } = route;
  const lambda = functions[handler];
  if (lambda === undefined) return [];
  const path = `${api.basePath ?? ""}${route.path}`;
  const integration = new HttpLambdaIntegration(`${lambda.node.path}/Integration`, lambda);
  if ((api.corsOrigins ?? []).length > 0) {
    const preflights = { path, methods: [HttpMethod.OPTIONS], integration, authorizer: new HttpNoneAuthorizer() };
    for (const preflight of httpApi.addRoutes(preflights)) {
      acknowledge(preflight, { rule: "AwsSolutions-APIG4", reason: "A browser's preflight carries no credentials." });
    }
  }
  return httpApi.addRoutes({
    path,
    methods: [method],
    integration,
    authorizer: api.authorizer ?? new HttpIamAuthorizer(),
  });
};

const grantCall = (grantee: IGrantable, routes: readonly HttpRoute[], { flow, api }: ApiParts): void => {
  if (api.authorizer !== undefined) {
    throw new DeploymentError(
      `${flow.name}: an authorizer of your own decides who may call the API; there is nothing to grant in IAM.`,
    );
  }
  for (const route of routes) route.grantInvoke(grantee);
};
