import type { Writer } from "./judge-part.js";
import { partName } from "./part-name.js";

/** The name of the part that the state entry writes. */
export const ownPart = ({ outputKey, entry }: Writer): string => partName(outputKey, entry.item);
