import { checkPageSize } from "./constraints.js";
import { StepFunctionsError } from "./service-error.js";

export interface PageRequest {
  /** 1 to 1,000; 0 means the default. Default: 100. */
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const DEFAULT_RESULTS = 100;
const MAX_RESULTS = 1_000;

/** One page of a list. The token names the last item given out, so that items added meanwhile shift nothing. */
export function pageOf<T>(items: readonly T[], keyOf: (item: T) => string, request: PageRequest) {
  const { maxResults = 0, nextToken } = request;
  checkPageSize(maxResults, MAX_RESULTS);
  const start = nextToken === undefined ? 0 : indexAfter(items, keyOf, nextToken);
  const page = items.slice(start, start + (maxResults || DEFAULT_RESULTS));
  const last = page.at(-1);
  const more = start + page.length < items.length;
  return { page, ...(more && last !== undefined && { nextToken: encode(keyOf(last)) }) };
}

const encode = (key: string) => Buffer.from(key).toString("base64url");

function indexAfter<T>(items: readonly T[], keyOf: (item: T) => string, token: string): number {
  const index = items.findIndex((item) => encode(keyOf(item)) === token);
  if (index === -1) throw new StepFunctionsError("InvalidToken", "Invalid Token: 'Invalid token'");
  return index + 1;
}
