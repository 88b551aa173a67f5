import type { IncomingMessage, ServerResponse } from "node:http";
import { DataFolderError } from "../../data-folder-error.js";
import { S3Error } from "../errors.js";
import type { Warn } from "../storage/load-buckets.js";
import { authorise } from "./authorization.js";
import { checkHeaders } from "./refused-headers.js";
import { readRequest, type S3Response, type Services, withHoistedHeaders } from "./request.js";
import { createRequestIds, errorResponse, respond } from "./respond.js";
import { route } from "./router.js";

/** Answers HTTP requests until closed. */
export interface Handler {
  handle(message: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Nothing of the query: it may hold a signature. */
const resourceOf = ({ url = "" }: IncomingMessage): string => url.split("?", 1)[0] ?? "";

export function createHandler(services: Services, warn: Warn): Handler {
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  async function answer(message: IncomingMessage): Promise<S3Response> {
    if (isClosed) throw new S3Error("ServiceUnavailable", { message: "This S3 has been closed." });
    const sent = readRequest(message);
    authorise(sent, services.now());
    const request = withHoistedHeaders(sent);
    checkHeaders(request.headers);
    return await route(request, services);
  }

  function refuse(error: unknown, message: IncomingMessage): S3Error {
    if (error instanceof S3Error) return error;
    // Clients try again what was answered 500; the message says what they wait for. It has been told.
    if (error instanceof DataFolderError) return new S3Error("InternalError", { message: error.message, cause: error });
    const clientLeft = message.destroyed && !message.complete;
    if (!clientLeft) warn(`S3 failed at ${message.method} ${resourceOf(message)}: ${describe(error)}`);
    return new S3Error("InternalError", { cause: error });
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const ids = createRequestIds();
    const resource = resourceOf(message);
    const answered = await answer(message).catch((error) => errorResponse(refuse(error, message), resource, ids));
    await respond(message, response, { ...answered, ids }).catch((error: unknown) => {
      const clientLeft = response.destroyed && !response.errored;
      if (!clientLeft) warn(`S3 could not answer ${message.method} ${resource}: ${describe(error)}`);
      response.destroy();
    });
  }

  return {
    handle: (message, response) => {
      const served = serve(message, response).finally(() => underWay.delete(served));
      underWay.add(served);
      return served;
    },
    close: async () => {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}
