import { Sfs3Error } from "../../errors.js";
import type { Reader, Sidecar } from "../sidecar.js";
import type { SidecarLocation } from "../store.js";
import { committedPart, roundOfPart } from "./judge-part.js";
import { ownPart } from "./own-part.js";
import { parsePart } from "./parse-part.js";
import { getPart, headPart } from "./part-store.js";
import { readParts } from "./read-parts.js";
import { writePart } from "./write-part.js";

/**
 * Opens a sidecar of several objects. The own part is looked at beside what is read: a step that has committed must not run
 * again, and also a first attempt may be Lambda's second.
 */
export const openParts = async (location: SidecarLocation, reader: Reader): Promise<Sidecar> => {
  const name = ownPart(reader);
  const [{ values, input }, standing] = await Promise.all([readParts(location, reader), headPart(location, name)]);
  if (reader.entry.item !== undefined && input !== undefined && Object.hasOwn(input, reader.outputKey)) {
    throw itemsOverInput(reader);
  }
  return {
    value: values,
    committed: () => committedPart(standing, reader),
    round: () => roundOfPart(standing, reader),
    ownOutput: async () => {
      const part = await getPart(location, name);
      return part && parsePart(part, location.txnId);
    },
    merge: (contribution, patience) => writePart(location, standing, { contribution, patience }),
  };
};

/** A reader of that key would find the input, and never the items. */
const itemsOverInput = ({ step, outputKey }: Reader): Sfs3Error =>
  new Sfs3Error(
    "StepConfigurationError",
    `Step '${step}' writes the items of a Map under '${outputKey}', which is a key of the input; in the parts layout ` +
      "give the step an outputKey of its own.",
  );
