import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.js";

const LOCAL_HOSTNAME = /^(127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost)$/i;
// The AWS client puts this before the host of StartSyncExecution and TestState.
const HOST_PREFIX = /^sync-/;

/**
 * Refuses what a web page of another site can make a browser send: a foreign name that resolves to this machine (DNS
 * rebinding) shows in `Host`, a foreign page that calls this address shows in `Origin`.
 */
export function guardHost({ headers }: IncomingMessage, port: number): void {
  if (!isLocalHost(headers.host, port)) {
    refuse(
      `The Host header is ${quote(headers.host)}; this stack answers only to 127.0.0.1:${port}, localhost:${port}`,
    );
  }
  if (headers.origin !== undefined && !isLocalOrigin(headers.origin)) {
    refuse(`The Origin header is ${quote(headers.origin)}; this stack answers only to pages of this machine`);
  }
}

function isLocalHost(host: string | undefined, port: number): boolean {
  const { hostname, hostPort } = /^(?<hostname>.*):(?<hostPort>\d+)$/.exec(host ?? "")?.groups ?? {};
  if (hostname === undefined || Number(hostPort) !== port) return false;
  return LOCAL_HOSTNAME.test(hostname.replace(HOST_PREFIX, ""));
}

const isLocalOrigin = (origin: string) => URL.canParse(origin) && LOCAL_HOSTNAME.test(new URL(origin).hostname);

const quote = (value: string | undefined) => (value === undefined ? "missing" : JSON.stringify(value));

function refuse(message: string): never {
  throw new AwsError("AccessDeniedException", { status: 403, message });
}
