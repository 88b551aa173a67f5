/** What S3's answers and the network's failures mean to a sidecar. Source: Amazon S3 API Reference, "Error Responses". */
interface Failure {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const describe = (error: unknown) => {
  const { name = "", code = "", $metadata } = (typeof error === "object" && error !== null ? error : {}) as Failure;
  return { name: String(name), code: String(code), status: $metadata?.httpStatusCode ?? 0 };
};

export const isMissing = (error: unknown): boolean => {
  const { name, status } = describe(error);
  return name === "NoSuchKey" || name === "NotFound" || (status === 404 && name !== "NoSuchBucket");
};

const LOST_RACES = new Set(["PreconditionFailed", "ConditionalRequestConflict"]);

/** Another writer came first, or the object is gone: what is there now decides. */
export const isLostRace = (error: unknown): boolean => {
  const { name, status } = describe(error);
  return status === 412 || status === 409 || LOST_RACES.has(name) || isMissing(error);
};

/** Another write of the key is going on, and may yet fail. */
export const isConcurrent = (error: unknown): boolean => describe(error).status === 409;

/** `AbortError`: the request was given up near the Lambda's deadline. */
const TRANSIENT_NAME =
  /throttl|slowdown|requesttimeout$|toomanyrequests|requestlimit|internalerror|serviceunavailable|timeouterror|^aborterror$/i;
const NETWORK_CODE =
  /^(?:ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE)/;

export const isUnavailable = (error: unknown): boolean => {
  const { name, code, status } = describe(error);
  return status >= 500 || status === 429 || TRANSIENT_NAME.test(name) || NETWORK_CODE.test(code);
};
