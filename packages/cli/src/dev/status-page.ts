import {
  type Answer,
  type ApiRequest,
  AwsError,
  jsonService,
  type LocalStack,
  type Service,
  StepFunctionsError,
} from "@sfs3/local";
import { duration } from "../run/duration.js";
import { messageOf } from "../run/failure.js";
import { startUrl } from "./environment.js";
import type { LiveFlows } from "./live-flows.js";
import { type ExecutionOverview, executionOverview, type ListedExecution, overviewOf } from "./overview.js";
import { EXECUTION, OVERVIEW } from "./page-templates.js";

export const STATUS_PATH = "/_sfs3";

const MAX_BODY_BYTES = 1024;

/** How often a page that shows something running is loaded anew. */
const REFRESH_SECONDS = 2;

/** What it shows may come from anywhere: nothing of it runs, and no other page frames it. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

/** A page that shows what is deployed and what runs, for people. */
export function statusPage(stack: LocalStack, flows: LiveFlows, bucket: string): Service {
  const viewOf = async ({ searchParams }: URL) => {
    const executionArn = searchParams.get("execution");
    if (executionArn === null) return { template: OVERVIEW, view: await overviewView(stack, flows) };
    const overview = await executionOverview(stack, { executionArn, bucket }).catch(refuseUnknown);
    return { template: EXECUTION, view: executionView(overview) };
  };
  const answer = async ({ method, url }: ApiRequest): Promise<Answer> => {
    if (method !== "GET" && method !== "HEAD") {
      throw new AwsError("MethodNotAllowedException", { status: 405, message: `Only GET ${STATUS_PATH} is served.` });
    }
    const { default: mustache } = await import("mustache");
    const { template, view } = await viewOf(url);
    return { status: 200, headers: HEADERS, body: mustache.render(template, view) };
  };
  return {
    name: "the status page",
    signingNames: [],
    path: /^\/_sfs3$/,
    handle: jsonService(answer, { maxBodyBytes: MAX_BODY_BYTES, tooLargeCode: "RequestEntityTooLargeException" }),
  };
}

async function overviewView(stack: LocalStack, flows: LiveFlows) {
  const machines = await overviewOf(stack);
  return {
    title: "sfs3 dev",
    refreshSeconds: REFRESH_SECONDS,
    url: stack.url,
    mqttUrl: stack.mqttWebSocketUrl,
    machines: machines.map(({ name, executions }) => ({
      name,
      startUrl: flows.find(name) === undefined ? undefined : startUrl(stack, name),
      executions: executions.map(executionLine),
    })),
  };
}

const executionLine = (execution: ListedExecution) => ({
  name: execution.name,
  href: `${STATUS_PATH}?${new URLSearchParams({ execution: execution.executionArn })}`,
  status: execution.status,
  ...timesOf(execution),
});

function executionView({ execution, events, sidecar }: ExecutionOverview) {
  const { name, executionArn, status, error, cause } = execution;
  return {
    title: `${name} ${status}`,
    refreshSeconds: status === "RUNNING" ? REFRESH_SECONDS : undefined,
    name,
    executionArn,
    status,
    ...timesOf(execution),
    failure: [error, cause === undefined ? undefined : messageOf(cause)].filter(Boolean).join(": "),
    sidecar: sidecar === undefined ? undefined : indented(sidecar),
    events: events.map(({ id, type, timestamp, previousEventId: _, ...details }) => ({
      id,
      type,
      at: timestamp.toISOString(),
      details: Object.values(details)
        .map((fields) => JSON.stringify(fields))
        .join(" "),
    })),
  };
}

const timesOf = ({ startDate, stopDate }: Pick<ListedExecution, "startDate" | "stopDate">) => ({
  started: startDate.toISOString(),
  took: stopDate === undefined ? undefined : duration(stopDate.getTime() - startDate.getTime()),
});

/** What a step has broken is shown as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function refuseUnknown(error: unknown): never {
  if (!(error instanceof StepFunctionsError)) throw error;
  throw new AwsError(error.name, { status: 404, message: error.message, cause: error });
}
