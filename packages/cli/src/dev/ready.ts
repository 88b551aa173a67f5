import type { LocalStack } from "@sfs3/local";
import { startUrl } from "./environment.js";
import { STATUS_PATH } from "./status-page.js";

interface Ready {
  readonly stack: LocalStack;
  /** Names of the flows. */
  readonly names: readonly string[];
}

/** What a person has to know to use what is served. */
export function readyText({
  stack,
  names,
  data,
  afterMs,
}: Ready & { readonly data: string; readonly afterMs: number }) {
  const rows = [
    [stack.url, "S3, Step Functions, Lambda, IoT"],
    [stack.mqttWebSocketUrl, "MQTT; over TCP at the same port"],
    [`${stack.url}${STATUS_PATH}`, "what runs, as a page"],
    ...names.map((name) => [startUrl(stack, name), `POST starts ${name}`]),
    [data, "what outlives this session"],
  ];
  const width = Math.max(...rows.map(([address = ""]) => address.length));
  const lines = rows.map(([address = "", what]) => `  ${address.padEnd(width)}  ${what}\n`);
  return `Ready after ${Math.round(afterMs)} ms; changes of the sources are taken over. Ctrl-C stops.\n${lines.join("")}`;
}

/** The same for a program: one line of JSON. */
export function readyJson({ stack, names, environment }: Ready & { readonly environment: object }): string {
  const { url, mqttUrl, mqttWebSocketUrl, port } = stack;
  const processes = names.map((name) => ({
    name,
    startUrl: startUrl(stack, name),
    stateMachineArn: stack.stateMachineArn(name),
  }));
  const statusUrl = `${url}${STATUS_PATH}`;
  return `${JSON.stringify({ port, url, mqttUrl, mqttWebSocketUrl, statusUrl, processes, environment })}\n`;
}
