import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.js";

interface HostGuardOptions {
  readonly port: () => number;
  /** Names, beside those of this machine, under which it is addressed, and whose pages may call it. */
  readonly allowedHosts: readonly string[];
}

/** @throws AwsError `AccessDeniedException` */
export type HostGuard = (request: Pick<IncomingMessage, "headers" | "method">) => void;

const LOCAL_HOSTNAME = /^(127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost)$/i;
// The AWS client puts this before the host of StartSyncExecution and TestState.
const HOST_PREFIX = /^sync-/;
const HOST = /^(?<hostname>[^:]+|\[[^\]]*\])(:(?<port>\d+))?$/;

/**
 * Refuses what a web page of another site can make a browser send: a foreign name that resolves to this machine (DNS
 * rebinding) shows in `Host`, a foreign page that calls this address shows in `Origin`, or, where a picture or a script
 * is loaded, in `Sec-Fetch-Site`.
 *
 * Source: W3C, "Fetch Metadata Request Headers"; browsers send them to loopback addresses.
 */
export function hostGuard({ port, allowedHosts }: HostGuardOptions): HostGuard {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const isAllowed = (hostname: string) => allowed.has(hostname.toLowerCase());
  // Under another name it may have been forwarded from another port.
  const isOwnHost = (host = "") => {
    const { hostname = "", port: hostPort = 80 } = HOST.exec(host)?.groups ?? {};
    return isAllowed(hostname) || (isLocal(hostname.replace(HOST_PREFIX, "")) && Number(hostPort) === port());
  };
  const isOwnPage = (page: string) => {
    const { protocol, hostname } = URL.canParse(page) ? new URL(page) : { protocol: "", hostname: "" };
    return /^https?:$/.test(protocol) && (isLocal(hostname) || isAllowed(hostname));
  };

  return ({ method, headers }) => {
    if (!isOwnHost(headers.host)) refuse("Host", headers.host, namesOf(port(), allowedHosts));
    const { origin, referer = "" } = headers;
    if (origin !== undefined && !isOwnPage(origin)) refuse("Origin", origin, "pages of this machine");
    if (origin === undefined && isEmbedding(method, headers) && !isOwnPage(referer)) {
      refuse("Sec-Fetch-Site", "cross-site", "pages of this machine");
    }
  };
}

const isLocal = (hostname: string): boolean => LOCAL_HOSTNAME.test(hostname);

/** A page of another site asks for this as a part of itself. Following a link from there is no harm. */
const isEmbedding = (method: string | undefined, headers: IncomingHttpHeaders): boolean =>
  headers["sec-fetch-site"] === "cross-site" && !(method === "GET" && headers["sec-fetch-dest"] === "document");

const namesOf = (port: number, allowedHosts: readonly string[]): string =>
  [`127.0.0.1:${port}`, `localhost:${port}`, `<name>.localhost:${port}`, ...allowedHosts].join(", ");

function refuse(header: string, value: string | undefined, admitted: string): never {
  const found = value === undefined ? "missing" : JSON.stringify(value);
  const message = `The ${header} header is ${found}; this stack answers only to ${admitted}`;
  throw new AwsError("AccessDeniedException", { status: 403, message });
}
