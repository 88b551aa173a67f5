import { isUtf8 } from "node:buffer";
import { Sfs3Error } from "../../errors.js";
import { isObject } from "../../json-object.js";
import { jsonDepth } from "./json-depth.js";
import { Problem } from "./problem.js";

/** An HTTP request, whichever of the three events brought it. */
export interface HttpRequest {
  /** In upper case. */
  readonly method: string;
  /** As the client wrote it, without the query: with the stage or the base path in it, where the URL has one. */
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: Buffer;
  /** As the event has it: who called is in it. */
  readonly requestContext: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Source: API Gateway Developer Guide, "Lambda integrations for HTTP APIs" (format 2.0, that of function URLs too) and
 * "Input format of a Lambda function for proxy integration" (REST).
 *
 * @throws `InvalidEventError` for any other event
 */
export const readRequest = (event: unknown): HttpRequest => {
  const fields: Fields = isObject(event) ? event : {};
  const requestContext: Fields = isObject(fields.requestContext) ? fields.requestContext : {};
  return {
    ...target(fields, requestContext),
    headers: lowerCased(texts(fields.headers)),
    query: texts(fields.queryStringParameters),
    body: bodyOf(fields),
    requestContext,
  };
};

const target = (event: Fields, { http, path }: Fields): Pick<HttpRequest, "method" | "path"> => {
  if (isObject(http) && typeof http.method === "string") {
    return { method: http.method.toUpperCase(), path: firstText(event.rawPath, http.path) };
  }
  if (typeof event.httpMethod === "string") {
    return { method: event.httpMethod.toUpperCase(), path: firstText(path, event.path) };
  }
  throw new Sfs3Error(
    "InvalidEventError",
    "The event is no HTTP request: invoke this handler by an API Gateway HTTP API (format 2.0), a REST API with Lambda " +
      "proxy integration, or a function URL.",
  );
};

const firstText = (...given: readonly unknown[]): string =>
  given.find((path): path is string => typeof path === "string") ?? "/";

const texts = (given: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isObject(given) ? given : {}).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string";
    }),
  );

const lowerCased = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const bodyOf = ({ body, isBase64Encoded }: Fields): Buffer =>
  Buffer.from(typeof body === "string" ? body : "", isBase64Encoded === true ? "base64" : "utf8");

/**
 * The body, a JSON object.
 *
 * @throws Problem `invalid-request`, which quotes nothing of it
 */
export const jsonBody = ({ body }: Pick<HttpRequest, "body">): Record<string, unknown> => {
  if (!isUtf8(body)) throw new Problem("invalid-request", "The body is not UTF-8.");
  return parseObject(body.toString("utf8"), "The body");
};

/** Schemas and hashes follow a value level by level, and have stack for some thousands of them. */
const MAX_DEPTH = 500;

/** @throws Problem `invalid-request`, which quotes nothing of the text */
export const parseObject = (text: string, subject: string): Record<string, unknown> => {
  if (jsonDepth(text) > MAX_DEPTH) {
    throw new Problem("invalid-request", `${subject} is nested more than ${MAX_DEPTH} levels deep.`);
  }
  const value = parseJson(text.replace(/^\uFEFF/, ""), subject);
  if (!isObject(value)) throw new Problem("invalid-request", `${subject} must be a JSON object.`);
  return value;
};

const parseJson = (text: string, subject: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // No cause: the parser's message quotes the text.
    throw new Problem("invalid-request", `${subject} is ${text === "" ? "empty; send a JSON object" : "not JSON"}.`);
  }
};
