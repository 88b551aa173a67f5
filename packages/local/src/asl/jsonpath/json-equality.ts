import { isDeepStrictEqual } from "node:util";
import type { Json } from "../json.js";

/** Whether two values are the same JSON; the order of an object's keys does not matter. */
export const jsonEquals = (left: Json, right: Json): boolean => left === right || isDeepStrictEqual(left, right);
