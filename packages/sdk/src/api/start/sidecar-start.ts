import { createSidecar, type FoundSidecar, findSidecar, type Place } from "../../sidecar/create.js";
import { Problem } from "../http/problem.js";

/** Hashes of what a start asked for, by which its repetition is told from another start under the same name. */
export interface StartMarks {
  /** Of the input as it was sent, and the subtopic. */
  readonly requestSha256?: string;
  /** Of the upload's id, and the subtopic. */
  readonly uploadSha256?: string;
}

/**
 * Writes the sidecar; or finds the one that the same request wrote before, and perhaps died after. The marks lie in the
 * journal, in the one write: there is no moment at which one of them exists without the other.
 *
 * @throws Problem `idempotency-key-reused` where another request was named the same
 */
export const writeStart = async (place: Place, text: string, marks: StartMarks): Promise<void> => {
  const isNamed = Object.keys(marks).length > 0;
  const outcome = await createSidecar(place, text, { ...marks });
  // A random id that is taken is the own write, whose answer was lost.
  if (outcome === "created" || !isNamed) return;
  checkSame(await findSidecar(place), marks);
};

/**
 * The data that an earlier request of the same name has written; `undefined` where there was none.
 *
 * @throws Problem `idempotency-key-reused` as {@link writeStart}
 */
export const findStart = async (place: Place, marks: StartMarks): Promise<string | undefined> => {
  const found = await findSidecar(place);
  if (found === undefined) return undefined;
  checkSame(found, marks);
  return JSON.stringify(found.value);
};

const checkSame = (found: FoundSidecar | undefined, marks: StartMarks): void => {
  const standing: StartMarks = found?.start ?? {};
  const isInputKnown = standing.requestSha256 !== undefined && marks.requestSha256 !== undefined;
  const mark = isInputKnown ? "requestSha256" : "uploadSha256";
  if (standing[mark] !== undefined && standing[mark] === marks[mark]) return;
  throw new Problem(
    "idempotency-key-reused",
    "Another request was sent under this name before; send a new Idempotency-Key, or a new upload.",
  );
};
