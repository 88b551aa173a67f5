import type { Issue } from "../../errors.js";

/** What the handlers refuse a request for. The `type` of a problem is `urn:sfs3:problem:` and the key. */
export const PROBLEMS = {
  "invalid-request": { status: 400, title: "The request is malformed" },
  "invalid-input": { status: 400, title: "The input is not what the process takes" },
  unauthenticated: { status: 401, title: "Nobody is known to have sent the request" },
  forbidden: { status: 403, title: "The caller may not do this" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "The method is not allowed here" },
  "too-large": { status: 413, title: "The input is too large" },
  "idempotency-key-reused": { status: 422, title: "The key or the upload was used for another request" },
  internal: { status: 500, title: "The request failed" },
  unavailable: { status: 503, title: "A service is busy; try again" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemName = keyof typeof PROBLEMS;

/** What goes with a problem beside its name. */
export interface ProblemOptions {
  readonly issues?: readonly Issue[];
  /** Headers that the status asks for. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal, on its way to the caller: its message is for them, and holds nothing of their data. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly problem: ProblemName;
  readonly issues: readonly Issue[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ProblemName, detail: string, { issues, headers = {} }: ProblemOptions = {}) {
    super(detail);
    this.problem = problem;
    this.issues = issues;
    this.headers = headers;
  }
}
