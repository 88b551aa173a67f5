import { type FieldRules, isIntegerFrom } from "../../field-rules.js";
import type { HttpRequest } from "./request.js";

/**
 * Who may call from a browser.
 *
 * Source: the Fetch standard, "CORS protocol".
 */
export interface CorsOptions {
  /** Origins, as `https://app.example.org`; `*` alone is any origin, and excludes credentials. */
  readonly origins: readonly string[];
  /** Whether a browser may send cookies and client certificates. Default: `false`. */
  readonly credentials?: boolean;
  /** How long a browser may keep the answer to a preflight. Unit: seconds, integer ≥ 0. Default: 600. */
  readonly maxAgeSeconds?: number;
}

const ORIGIN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[^/?#\s*]+)$/;

export const CORS_RULES: FieldRules = {
  origins: {
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every((origin) => ORIGIN.test(String(origin))),
    allowed: "a list of origins as 'https://app.example.org', without a path; or ['*']",
  },
  credentials: { holds: (value) => typeof value === "boolean", allowed: "true or false" },
  maxAgeSeconds: { holds: isIntegerFrom(0), allowed: "an integer from 0" },
};

/** Any site could act in the name of whoever visits it. */
export const letsAnyOriginUseCredentials = ({ origins, credentials = false }: CorsOptions): boolean =>
  credentials && origins.includes("*");

/** What a browser that signs its requests sends beside its own headers. */
const ALLOWED_HEADERS = [
  "authorization",
  "content-type",
  "idempotency-key",
  "sfs3-subtopic",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
];

type Headers = Readonly<Record<string, string>>;

/** The headers of every answer. */
export const corsHeaders = (cors: CorsOptions | undefined, { headers: { origin } }: HttpRequest): Headers => {
  if (cors === undefined) return {};
  const allowed = allowedOrigin(cors, origin);
  return {
    vary: "origin",
    ...(allowed !== undefined && { "access-control-allow-origin": allowed }),
    ...(allowed !== undefined && cors.credentials === true && { "access-control-allow-credentials": "true" }),
    ...(allowed !== undefined && { "access-control-expose-headers": "retry-after" }),
  };
};

/** The headers that answer a preflight, beside those of every answer. */
export const preflightHeaders = (methods: readonly string[], { maxAgeSeconds = 600 }: CorsOptions): Headers => ({
  "access-control-allow-methods": methods.join(", "),
  "access-control-allow-headers": ALLOWED_HEADERS.join(", "),
  "access-control-max-age": String(maxAgeSeconds),
});

const allowedOrigin = ({ origins }: CorsOptions, origin: string | undefined): string | undefined => {
  if (origin === undefined) return undefined;
  if (origins.includes(origin)) return origin;
  return origins.includes("*") ? "*" : undefined;
};
