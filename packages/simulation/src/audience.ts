import { createProcessClient, type ProcessClient, ProcessFailedError, StartError } from "@sfs3/client";
import type * as z from "zod";
import type { Cloud } from "./cloud.js";
import { HANDLERS } from "./cloud.js";
import { answer, type HttpAnswer } from "./http.js";
import { send } from "./network.js";
import type { Input } from "./scenario-kit.js";
import type { World } from "./world.js";

type Fetch = NonNullable<Parameters<typeof createProcessClient>[0]["fetch"]>;

const API = "https://api.example.com";
export const SUBTOPIC = "worker1";

/** How a wait of a client ended. */
export interface Hearing {
  readonly transactionId: string;
  readonly executionId: string;
  readonly isDeclined: boolean;
  readonly who: string;
  /** `undefined` as long as it waits. */
  heard: string | undefined;
}

/** Those who start processes and wait for them. */
export interface Audience {
  readonly hearings: readonly Hearing[];
  /** Starts a process, and has it waited for by whoever started it and by somebody who joins later. */
  attend(input: z.infer<typeof Input>): Promise<void>;
  /** Has the next end of a process waited for by somebody who knows of its last one. */
  attendAgain(known: Hearing): Promise<void>;
  close(): Promise<void>;
}

export const createAudience = (world: World, cloud: Cloud): Audience => {
  const hearings: Hearing[] = [];
  const open = () =>
    createProcessClient<z.infer<typeof Input>>({
      startUrl: `${API}/start`,
      stateUrl: `${API}/state`,
      iot: async () => CREDENTIALS,
      topicRoot: cloud.process.flow.topicRoot ?? "",
      subtopic: SUBTOPIC,
      fetch: fetchFrom(world, cloud),
      connect: cloud.broker.open,
      warn: (error) => world.trace(() => `a client warns: ${error.message}`),
    });
  const [starting, joining] = [open(), open()];

  const hear = async (hearing: Hearing, end: Promise<unknown>) => {
    hearings.push(hearing);
    hearing.heard = await end.then(
      () => "SUCCEEDED",
      (error: unknown) => (error instanceof ProcessFailedError ? error.status : String(error)),
    );
    world.trace(() => `${hearing.who} hears ${hearing.heard} of ${hearing.transactionId}`);
  };

  return {
    hearings,
    attend: async (input) => {
      const process = await startUntilAccepted(world, starting, input);
      const { transactionId, executionId } = process;
      const hearing = (who: string): Hearing => ({
        transactionId,
        executionId,
        isDeclined: input.isDeclined,
        who,
        heard: undefined,
      });
      const join = async () => {
        await world.pause(world.random.integer(0, 20_000));
        await hear(hearing("who joins"), joining.waitFor(transactionId));
      };
      await Promise.all([hear(hearing("who starts"), process.completed()), join()]);
    },
    attendAgain: (known) =>
      hear({ ...known, who: "who redrives", heard: undefined }, joining.waitFor(known.transactionId)),
    close: async () => {
      await Promise.all([starting.close(), joining.close()]);
    },
  };
};

const CREDENTIALS = { iotEndpoint: "iot.example.com", region: "us-east-1", accessKey: "id", secretKey: "key" };

/** As the documentation tells callers to: with one key, as often as it takes. */
const startUntilAccepted = async (
  { random, pause, judge }: World,
  client: ProcessClient<z.infer<typeof Input>>,
  input: z.infer<typeof Input>,
) => {
  const idempotencyKey = `order-${random.integer(0, 2 ** 32)}`;
  for (;;) {
    try {
      return await client.start(input, { idempotencyKey });
    } catch (error) {
      const isWorthwhile = error instanceof StartError && error.retryable;
      judge.check("clients hear the end", isWorthwhile, () => `a start was refused for good: ${String(error)}`);
      if (!isWorthwhile) throw error;
      await pause(random.integer(1_000, 10_000));
    }
  }
};

/** API Gateway's HTTP API in front of the handlers. */
const fetchFrom = (world: World, { lambda }: Cloud): Fetch => {
  const call = async (name: string, event: object): Promise<HttpAnswer> => {
    const outcome = await lambda.invoke(name, JSON.stringify(event)).catch(() => undefined);
    if (outcome === undefined) return answer(503);
    if ("functionError" in outcome) return answer(502);
    const { statusCode, body } = JSON.parse(outcome.payload) as { statusCode: number; body?: string };
    return answer(statusCode, body);
  };
  return async (url, { method, headers, body, signal }) => {
    const name = url.pathname === "/start" ? HANDLERS.start : HANDLERS.state;
    const event = {
      version: "2.0",
      rawPath: url.pathname,
      rawQueryString: url.search.slice(1),
      queryStringParameters: Object.fromEntries(url.searchParams),
      headers,
      requestContext: { http: { method, path: url.pathname } },
      ...(body !== undefined && { body }),
      isBase64Encoded: false,
    };
    const { status, body: text } = await send(world, {
      label: `${method} ${url.pathname}`,
      serve: () => call(name, event),
      refusals: {
        "answered 500": () => answer(500),
        "answered 500, and done": () => answer(500),
        "answered 503": () => answer(503),
        "answered 429": () => answer(429),
      },
      signal,
    });
    return { status, ok: status >= 200 && status < 300, text: async () => text.toString("utf8") };
  };
};
