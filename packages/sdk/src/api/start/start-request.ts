import { NAME_PATTERN } from "../../names.js";
import type { Identity } from "../http/identity.js";
import { Problem } from "../http/problem.js";
import { type HttpRequest, jsonBody } from "../http/request.js";
import type { StartService } from "./start-service.js";

/** Where the process's input comes from. */
export type Source =
  | { readonly kind: "body"; readonly input: Readonly<Record<string, unknown>> }
  | { readonly kind: "upload"; readonly upload: string };

/** What a POST asks for. */
export interface StartRequest {
  readonly source: Source;
  readonly subtopic: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly identity: Identity | undefined;
}

export const readStart = async (
  request: HttpRequest,
  { identify, inputKeys, takesUploads }: Pick<StartService, "identify" | "inputKeys" | "takesUploads">,
): Promise<StartRequest> => {
  const body = jsonBody(request);
  return {
    source: sourceOf(body, { inputKeys, takesUploads }),
    subtopic: subtopicOf(body.subtopic, request.headers["sfs3-subtopic"]),
    idempotencyKey: idempotencyKeyOf(request),
    identity: await identify(request),
  };
};

const sourceOf = (
  body: Readonly<Record<string, unknown>>,
  { inputKeys, takesUploads }: Pick<StartService, "inputKeys" | "takesUploads">,
): Source => {
  const { subtopic: _, upload, ...others } = body;
  if (takesUploads && upload !== undefined && Object.keys(others).length === 0) {
    return { kind: "upload", upload: nameOf(upload, "upload") };
  }
  return { kind: "body", input: inputIn(body, inputKeys) };
};

/** What was sent, without a subtopic that is for the topic alone. */
export const inputIn = (
  sent: Readonly<Record<string, unknown>>,
  inputKeys: ReadonlySet<string>,
): Readonly<Record<string, unknown>> => {
  const { subtopic: _, ...input } = sent;
  return inputKeys.has("subtopic") ? sent : input;
};

const subtopicOf = (inBody: unknown, inHeader: string | undefined): string | undefined => {
  const given = [inBody, inHeader].filter((value) => value !== undefined);
  const [subtopic, other] = given.map((value) => nameOf(value, "subtopic"));
  if (other === undefined || other === subtopic) return subtopic;
  throw new Problem("invalid-request", "The body and the header name different subtopics.");
};

const nameOf = (value: unknown, field: string): string => {
  if (typeof value === "string" && NAME_PATTERN.test(value)) return value;
  throw new Problem("invalid-request", `${field} must be 1 to 64 characters A-Z a-z 0-9 _ -.`);
};

/** Printable ASCII: any more would not arrive the same through every proxy. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

const idempotencyKeyOf = ({ headers }: HttpRequest): string | undefined => {
  const key = headers["idempotency-key"];
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return key;
  throw new Problem("invalid-request", "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.");
};
