import { isObject } from "../json-object.js";
import { parseEvent, type StatePayload } from "../payload.js";

/** The pointer that an execution was started with; `undefined` where its input is none, as a hand-started one's may be. */
export const payloadOf = (input: unknown): StatePayload | undefined => {
  try {
    const value: unknown = JSON.parse(String(input));
    return isObject(value) ? parseEvent(value).payload : undefined;
  } catch {
    return undefined;
  }
};
