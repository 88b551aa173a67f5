import { StartError } from "./errors.js";
import { type Answer, type HttpRequest, placeOf, type Requests, reasonOf, refusalOf, request } from "./http-request.js";

/**
 * Lambda takes events of 6 MB, in which the body is text within JSON: each of its bytes is two there at most.
 *
 * Source: AWS Lambda Developer Guide, "Lambda quotas", invocation payload.
 */
const MAX_BODY_BYTES = 3_000_000;

export interface UploadOptions extends Requests {
  readonly startUrl: URL;
  readonly subtopic: string | undefined;
  readonly signal: AbortSignal;
}

/** The body to start with: `body` itself; or, where that is too large for a request, what names its upload. @throws `StartError` */
export async function sendable(body: string, options: UploadOptions): Promise<string> {
  const contentLength = new TextEncoder().encode(body).byteLength;
  if (contentLength <= MAX_BODY_BYTES) return body;
  const offer = await askForUpload(contentLength, options);
  if (offer === undefined) return body;
  await put(body, offer, options);
  const { subtopic } = options;
  return JSON.stringify({ upload: offer.upload, ...(subtopic !== undefined && { subtopic }) });
}

interface Offer {
  readonly upload: string;
  readonly uploadUrl: URL;
  readonly uploadHeaders: Record<string, string>;
}

/** API Gateway's REST APIs answer 403 where there is no such route. */
const WITHOUT_UPLOADS: readonly number[] = [403, 404, 405];

/** `undefined` where the API takes no uploads: it may take the body, and if not, says so. */
async function askForUpload(contentLength: number, options: UploadOptions): Promise<Offer | undefined> {
  const url = new URL(options.startUrl);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/uploads`;
  const answer = await unlessUnanswered(url, options.signal, () =>
    request(options, url, {
      method: "POST",
      body: JSON.stringify({ contentLength }),
      headers: { "content-type": "application/json" },
      signal: options.signal,
    }),
  );
  if (WITHOUT_UPLOADS.includes(answer.status)) return undefined;
  if (!answer.ok) throw notUploaded(refusalOf(url, answer), { status: answer.status });
  return readOffer(url, answer);
}

function readOffer(url: URL, { status, body }: Answer): Offer {
  const { upload, uploadUrl, uploadHeaders } = body ?? {};
  if (typeof upload === "string" && typeof uploadUrl === "string" && URL.canParse(uploadUrl)) {
    return { upload, uploadUrl: new URL(uploadUrl), uploadHeaders: { ...Object(uploadHeaders) } };
  }
  throw notUploaded(`${placeOf(url)} answered ${status} without an upload and its uploadUrl`, { status });
}

/** The URL is signed: the caller's own headers are nothing to S3, and not its to see. */
async function put(body: string, { uploadUrl, uploadHeaders: headers }: Offer, { fetch, signal }: UploadOptions) {
  const sent: HttpRequest = { method: "PUT", body, headers, signal };
  const { ok, status } = await unlessUnanswered(uploadUrl, signal, () => fetch(uploadUrl, sent));
  if (!ok) throw notUploaded(`${placeOf(uploadUrl)} answered ${status}`, { status });
}

async function unlessUnanswered<T>(url: URL, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    signal.throwIfAborted();
    throw notUploaded(`${placeOf(url)} did not answer (${reasonOf(cause)})`, { cause });
  }
}

const notUploaded = (problem: string, options: { readonly status?: number; readonly cause?: unknown }): StartError =>
  new StartError(
    `The process was not started, its input is too large for a request and was not uploaded: ${problem}.`,
    options,
  );
