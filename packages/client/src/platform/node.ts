import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import type { ProxyAgent } from "undici";
import type { HttpRequest } from "../http-request.js";
import type { Platform } from "./platform.js";

/** Node.js, with the proxies that its environment names: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in either case. */
export const platform: Platform = {
  fetch: (url, request) => {
    const proxy = getProxyForUrl(url.href);
    return proxy === "" ? fetch(url, request) : fetchThrough(proxy, url, request);
  },
  wsOptions: (url) => {
    // The variables know no WebSocket; a proxy is asked for the same tunnel as for HTTP.
    const proxy = getProxyForUrl(url.replace(/^ws/, "http"));
    return proxy === "" ? undefined : { agent: new HttpsProxyAgent(proxy) };
  },
  warn: (error) => process.emitWarning(error),
  baseUrl: () => undefined,
};

const agents = new Map<string, ProxyAgent>();

/** Node's own `fetch` takes no agents but those of the undici inside it. */
async function fetchThrough(proxy: string, url: URL, request: HttpRequest) {
  // Loaded where there is a proxy: few have one.
  const undici = await import("undici");
  const dispatcher = agents.get(proxy) ?? new undici.ProxyAgent(proxy);
  agents.set(proxy, dispatcher);
  return undici.fetch(url, { ...request, dispatcher });
}
