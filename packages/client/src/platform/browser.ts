import type { Platform } from "./platform.js";

/** A browser finds its proxies itself. */
export const platform: Platform = {
  fetch: (url, request) => globalThis.fetch(url, request),
  wsOptions: () => undefined,
  // biome-ignore lint/suspicious/noConsole: where a browser shows what nobody asked for
  warn: (error) => console.warn(error.message),
  baseUrl: () => Reflect.get(globalThis, "location")?.href,
};
