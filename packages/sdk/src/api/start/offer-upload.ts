import { isIntegerFrom } from "../../field-rules.js";
import { Problem } from "../http/problem.js";
import { type HttpRequest, jsonBody } from "../http/request.js";
import { type HttpResponse, jsonResponse } from "../http/response.js";
import type { StartService } from "./start-service.js";
import { presignUpload, tooLarge } from "./uploads.js";

/** End of the path below the one that starts. */
export const UPLOADS = "/uploads";

/** Answers a URL that takes one input of the length asked for, and where to start the process with it. */
export const offerUpload = async (service: StartService, request: HttpRequest): Promise<HttpResponse> => {
  const { takesUploads, maxBytes, expiresSeconds } = service;
  // Where the API routes every path to this function; a process must not be started here.
  if (!takesUploads) throw new Problem("not-found", "This API takes no uploads: send the input as the body.");
  const { contentLength } = jsonBody(request);
  if (!isLength(contentLength)) {
    throw new Problem("invalid-request", "contentLength must be the input's length in bytes, an integer from 1.");
  }
  if (contentLength > maxBytes) throw tooLarge(maxBytes);
  const offered = await presignUpload(service.place(), {
    contentLength,
    expiresSeconds,
    prefix: service.transactionPrefix(),
  });
  return jsonResponse(201, { ...offered, startUrl: startUrl(request) });
};

const isLength = (value: unknown): value is number => isIntegerFrom(1)(value);

/** What the client called, without the end of its path. */
const startUrl = ({ headers, requestContext, path }: HttpRequest): string => {
  const host = headers.host ?? String(requestContext.domainName ?? "");
  const protocol = headers["x-forwarded-proto"] ?? "https";
  return `${protocol}://${host}${path.slice(0, -UPLOADS.length)}`;
};
