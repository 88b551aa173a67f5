import { NAME_PATTERN } from "../../names.js";
import type { Identity } from "../http/identity.js";
import { Problem } from "../http/problem.js";
import type { HttpRequest } from "../http/request.js";
import { refusal } from "../settings.js";

/** The subtopics on which a caller may listen. */
export type Subtopics = (identity: Identity) => readonly string[] | Promise<readonly string[]>;

/** The caller's subtopic: the one that the query names, or the only one. */
export const askedSubtopic = async (
  { query: { subtopic } }: HttpRequest,
  allowed: readonly string[],
): Promise<string> => {
  if (subtopic !== undefined && !NAME_PATTERN.test(subtopic)) {
    throw new Problem("invalid-request", "subtopic must be 1 to 64 characters A-Z a-z 0-9 _ -.");
  }
  const [only, another] = allowed;
  if (only === undefined) throw new Problem("forbidden", "The caller may not listen on any subtopic.");
  if (subtopic === undefined) {
    if (another === undefined) return only;
    throw new Problem("invalid-request", "The caller has several subtopics; name one in the query, as subtopic.");
  }
  if (allowed.includes(subtopic)) return subtopic;
  throw new Problem("forbidden", "The caller may not listen on this subtopic.");
};

/** What the author's function gives ends in a policy, where a `*` would open every topic. */
export const allowedSubtopics = async (handler: string, subtopics: Subtopics, identity: Identity) => {
  const allowed: unknown = await subtopics(identity);
  if (Array.isArray(allowed) && allowed.every((name) => typeof name === "string" && NAME_PATTERN.test(name))) {
    return allowed as readonly string[];
  }
  throw refusal(handler, "subtopics must return a list of names of 1 to 64 characters A-Z a-z 0-9 _ -");
};
