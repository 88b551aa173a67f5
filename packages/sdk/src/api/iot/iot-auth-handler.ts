import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type FieldRules, isIntegerFrom } from "../../field-rules.js";
import { once, onceResolved } from "../../once.js";
import type { CorsOptions } from "../http/cors.js";
import { type HttpHandler, httpHandler } from "../http/http-handler.js";
import { type Identify, type Identity, identifyByAuthorizer, requireIdentity } from "../http/identity.js";
import type { HttpRequest } from "../http/request.js";
import { type HttpResponse, jsonResponse } from "../http/response.js";
import { checkSettings, RULES, settingOf } from "../settings.js";
import { allowedSubtopics, askedSubtopic, type Subtopics } from "./asked-subtopic.js";
import { sessionPolicy, topicFilter } from "./session-policy.js";

/** Options of {@link createIotAuthHandler}. */
export interface IotAuthHandlerOptions {
  /** The subtopics on which a caller may listen; none refuses them with 403. */
  readonly subtopics: Subtopics;
  /**
   * The role whose credentials are given out, narrowed. It needs `iot:Connect`, `iot:Subscribe` and `iot:Receive` below
   * the topic root, and must trust the function's role. Default: `IOT_ROLE_ARN` of the environment.
   */
  readonly roleArn?: string;
  /** Head of the process's topics. Default: `TOPIC_ROOT` of the environment. */
  readonly topicRoot?: string;
  /** Host of the IoT endpoint. Default: `IOT_ENDPOINT` of the environment, else looked up once a container. */
  readonly iotEndpoint?: string;
  /** Default: `AWS_REGION` of the environment. */
  readonly region?: string;
  /**
   * How long the credentials hold. Unit: seconds, integer, 900 to 3,600. Default: 3,600, the longest for a role that a
   * role assumes. Source: AWS STS API Reference, "AssumeRole", role chaining.
   */
  readonly durationSeconds?: number;
  /** Who a request comes from. Default: what an IAM or a JWT authorizer of the API has found out. */
  readonly identify?: Identify;
  /** Browsers' access. Default: none. */
  readonly cors?: CorsOptions;
  /** Default: a client of the AWS SDK's default chain, made once a container. */
  readonly sts?: STSClient;
}

const HANDLER = "createIotAuthHandler";

const OPTION_RULES: FieldRules = {
  subtopics: RULES.function,
  roleArn: RULES.roleArn,
  topicRoot: RULES.topicRoot,
  iotEndpoint: RULES.text,
  region: RULES.text,
  durationSeconds: { holds: isIntegerFrom(900, 3_600), allowed: "an integer from 900 to 3600" },
  identify: RULES.function,
  cors: RULES.cors,
  sts: RULES.client,
};

/**
 * Makes the Lambda handler of `GET <path>`, which gives a caller what it needs to hear of its processes' ends by MQTT: `{
 * iotEndpoint, region, accessKey, secretKey, sessionToken, expiration, clientId, topicFilter }`. The credentials are good for
 * that client id and that topic filter alone, and for nothing but listening.
 *
 * A caller that no authorizer of the API knows is refused with 401, one that asks for a subtopic that is not among its own
 * with 403. The query's `subtopic` says which; a caller with one may leave it out.
 *
 * @throws `StepConfigurationError` at once where an option is misspelt or out of range
 *
 * @example
 * ```ts
 * import { createIotAuthHandler } from "@sfs3/sdk/api";
 *
 * export const handler = createIotAuthHandler({ subtopics: ({ subject }) => [subject] });
 * ```
 */
export function createIotAuthHandler(options: IotAuthHandlerOptions): HttpHandler {
  checkSettings(HANDLER, options, { rules: OPTION_RULES, required: ["subtopics"] });
  const sts = once(() => options.sts ?? new STSClient());
  const findEndpoint = onceResolved(describedEndpoint);
  const endpoint = async () => options.iotEndpoint ?? (process.env.IOT_ENDPOINT || (await findEndpoint()));
  return httpHandler({
    cors: options.cors,
    route: { method: "GET", answer: (request) => giveCredentials(request, { options, sts, endpoint }) },
  });
}

/** Loaded only where neither an option nor the environment names the endpoint. */
const describedEndpoint = async () => (await import("../../describe-endpoint.js")).describeEndpoint();

interface CredentialService {
  readonly options: IotAuthHandlerOptions;
  readonly sts: () => STSClient;
  readonly endpoint: () => Promise<string>;
}

const giveCredentials = async (request: HttpRequest, service: CredentialService): Promise<HttpResponse> => {
  const { options, endpoint } = service;
  const identity = await requireIdentity(options.identify ?? identifyByAuthorizer, request);
  const subtopic = await askedSubtopic(request, await allowedSubtopics(HANDLER, options.subtopics, identity));
  const topicPrefix = `${settingOf(HANDLER, "topicRoot", options)}/${subtopic}`;
  const region = settingOf(HANDLER, "region", options);
  const clientId = `sfs3-${crypto.randomUUID()}`;
  const [iotEndpoint, credentials] = await Promise.all([
    endpoint(),
    assumeRole(service, { identity, region, clientId, topicPrefix }),
  ]);
  return jsonResponse(200, { iotEndpoint, region, ...credentials, clientId, topicFilter: topicFilter(topicPrefix) });
};

interface Session {
  readonly identity: Identity;
  readonly region: string;
  readonly clientId: string;
  readonly topicPrefix: string;
}

const assumeRole = async ({ options, sts }: CredentialService, { identity, ...narrowing }: Session) => {
  const roleArn = settingOf(HANDLER, "roleArn", options);
  const { Credentials: given } = await sts().send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName(identity),
      DurationSeconds: options.durationSeconds ?? 3_600,
      Policy: sessionPolicy({ roleArn, ...narrowing }),
    }),
  );
  if (given?.Expiration === undefined) throw new Error("STS answered without credentials.");
  return {
    accessKey: given.AccessKeyId,
    secretKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    expiration: given.Expiration.toISOString(),
  };
};

/** What the trail of the account shows as the caller. Source: AWS STS API Reference, "AssumeRole", RoleSessionName. */
const sessionName = ({ subject }: Identity): string => `sfs3-${subject.replace(/[^\w+=,.@-]/g, "-").slice(-59)}`;
