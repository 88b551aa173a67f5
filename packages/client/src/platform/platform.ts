import type { Fetch } from "../http-request.js";
import type { SessionOptions } from "../session.js";

/** What Node.js and browsers do differently. */
export interface Platform {
  readonly fetch: Fetch;
  /** What the WebSocket to a URL needs. */
  readonly wsOptions: (url: string) => SessionOptions["wsOptions"];
  readonly warn: (error: Error) => void;
  /** What relative URLs are relative to. */
  readonly baseUrl: () => string | undefined;
}
