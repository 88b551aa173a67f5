import { NAME_PATTERN } from "../../names.js";
import type { Identity } from "./identity.js";

/** What a caller is named in its ARN; of a role's session the role, as whoever assumes it chooses the session's name. */
const IAM_NAME = /^arn:[\w-]+:(?:iam::\d{12}:user\/(?:.*\/)?|sts::\d{12}:assumed-role\/)(?<name>[^/]+)(?:\/[^/]+)?$/;

/**
 * The subtopic that is a caller's own, by its name: a token's `sub`, or the name of an IAM user or role. None where that
 * name cannot be a topic's level: other than 1 to 64 characters A-Z a-z 0-9 _ -.
 *
 * @example
 * ```ts
 * import { callerSubtopics, createIotAuthHandler } from "@sfs3/sdk/api";
 *
 * export const handler = createIotAuthHandler({ subtopics: callerSubtopics });
 * ```
 */
export const callerSubtopics = ({ subject }: Identity): readonly string[] => {
  const name = subject.startsWith("arn:") ? iamName(subject) : subject;
  return NAME_PATTERN.test(name) ? [name] : [];
};

const iamName = (arn: string): string => IAM_NAME.exec(arn)?.groups?.name ?? "";

/** What `authorize` of the start and the state handler is told of a caller and a process. */
export interface Claimed {
  readonly identity: Identity | undefined;
  readonly subtopic: string | undefined;
}

/**
 * Whether a process is announced on the caller's own subtopic, or on none: an `authorize` for callers who are all allowed
 * to start processes, and may hear and see of each other's nothing.
 *
 * @example
 * ```ts
 * import { callsForItself, createStateHandler } from "@sfs3/sdk/api";
 *
 * export const handler = createStateHandler({ authorize: callsForItself });
 * ```
 */
export const callsForItself = ({ identity, subtopic }: Claimed): boolean =>
  subtopic === undefined || (identity !== undefined && callerSubtopics(identity).includes(subtopic));
