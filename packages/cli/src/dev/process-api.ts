import { randomUUID } from "node:crypto";
import { type Answer, type ApiRequest, jsonService, type LocalStack, type Service } from "@sfs3/local";
import { hostHttpApi } from "./http-api.js";
import { iotKeys } from "./iot-keys.js";
import type { LiveFlow, LiveFlows } from "./live-flows.js";
import { createProcessHandlers } from "./process-handlers.js";

/** API Gateway's limit of a request. Source: API Gateway Developer Guide, "Quotas". */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

const ROUTE = /^\/(?<process>[^/]+)\/(?<route>start-process(\/uploads)?|process-state|iot\/keys)$/;

/** The start API of every flow that is deployed, on the stack's own port, below the flow's name. */
export function processApi(stack: LocalStack, flows: LiveFlows, bucket: string): Service {
  const handlers = createProcessHandlers(stack, bucket);
  const routes: Readonly<Record<string, (flow: LiveFlow, request: ApiRequest) => Promise<Answer>>> = {
    "start-process": async (flow, request) => hostHttpApi((await handlers(flow)).start, () => new Date())(request),
    "process-state": async (flow, request) => hostHttpApi((await handlers(flow)).state, () => new Date())(request),
    "iot/keys": async (flow, request) =>
      iotKeys(request, { flow: flow.flow, stack, now: new Date(), clientId: randomUUID() }),
  };
  const answer = async (request: ApiRequest): Promise<Answer> => {
    const { process = "", route = "" } = ROUTE.exec(request.url.pathname)?.groups ?? {};
    if (request.method === "OPTIONS") return PREFLIGHT;
    const flow = flows.find(decoded(process));
    const handle = routes[route.replace("/uploads", "")];
    return flow === undefined || handle === undefined ? unknownProcess(process, flows) : handle(flow, request);
  };
  return {
    name: "the start API",
    signingNames: ["execute-api"],
    path: ROUTE,
    handle: jsonService(async (request) => withCors(request, await answer(request)), {
      maxBodyBytes: MAX_BODY_BYTES,
      tooLargeCode: "RequestEntityTooLargeException",
    }),
  };
}

/** What a name stands for in a path; one that is not well encoded stands for itself, and is unknown. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function unknownProcess(name: string, flows: LiveFlows): Answer {
  const names = flows.list().map(({ flow }) => flow.name);
  const message = `There is no process ${JSON.stringify(decoded(name))}. There are: ${names.join(", ")}.`;
  return { status: 404, headers: { "content-type": "application/json" }, body: JSON.stringify({ message }) };
}

const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers":
      "authorization, content-type, idempotency-key, sfs3-subtopic, x-amz-content-sha256, x-amz-date, x-amz-security-token",
    "access-control-max-age": "600",
  },
  body: "",
};

/** The front has let in only pages of this machine: each of them may read the answer. */
const withCors = ({ headers: { origin } }: ApiRequest, answer: Answer): Answer =>
  origin === undefined
    ? answer
    : {
        ...answer,
        headers: {
          ...answer.headers,
          vary: "origin",
          "access-control-allow-origin": origin,
          "access-control-expose-headers": "retry-after",
        },
      };
