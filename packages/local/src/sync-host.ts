import dns from "node:dns";

const SYNC_HOST = /^sync-(127\.0\.0\.1|localhost)$/;

let isResolved = false;

/**
 * Lets this process find `sync-127.0.0.1` and `sync-localhost`, which no name server knows: the AWS client puts `sync-`
 * before the host of StartSyncExecution, whatever the endpoint. Every other name is looked up as before.
 */
export function resolveSyncHost(): void {
  if (isResolved) return;
  isResolved = true;
  const { lookup } = dns;
  const withSyncHost = (hostname: string, ...rest: readonly unknown[]) =>
    Reflect.apply(lookup, dns, [SYNC_HOST.test(hostname) ? "127.0.0.1" : hostname, ...rest]);
  // What promisify makes of it stays as it is.
  dns.lookup = Object.assign(withSyncHost, lookup) as typeof lookup;
}
