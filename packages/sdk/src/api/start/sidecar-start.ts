import { JOURNAL_KEY } from "../../names.js";
import { createSidecar, findSidecar, type Place } from "../../sidecar/create.js";
import type { SidecarDocument } from "../../sidecar/document.js";
import { Problem } from "../http/problem.js";

/** In the journal, beside the steps: no step can have this name. */
const START_ENTRY = "$start";

/**
 * Writes the sidecar; or finds the one that the same request wrote before, and perhaps died after. The fingerprint lies
 * in the journal, in the one write: there is no moment at which one of them exists without the other.
 *
 * @throws Problem `idempotency-key-reused` where another request was named the same
 */
export const writeStart = async (place: Place, text: string, fingerprint: string | undefined): Promise<void> => {
  const outcome = await createSidecar(place, fingerprint === undefined ? text : withStartEntry(text, fingerprint));
  // A random id that is taken is the own write, whose answer was lost.
  if (outcome === "created" || fingerprint === undefined) return;
  checkSame(await findSidecar(place), fingerprint);
};

/**
 * The data that an earlier request of the same name has written; `undefined` where there was none.
 *
 * @throws Problem `idempotency-key-reused` as {@link writeStart}
 */
export const findStart = async (place: Place, fingerprint: string | undefined): Promise<string | undefined> => {
  const found = await findSidecar(place);
  if (found === undefined) return undefined;
  checkSame(found, fingerprint);
  return JSON.stringify(found.value);
};

/** As text: the input may be large, and has been through JSON once. */
const withStartEntry = (text: string, requestSha256: string): string => {
  const journal = JSON.stringify({ [JOURNAL_KEY]: { [START_ENTRY]: { requestSha256 } } });
  return text === "{}" ? journal : `${text.slice(0, -1)},${journal.slice(1)}`;
};

const checkSame = (found: SidecarDocument | undefined, fingerprint: string | undefined): void => {
  const standing = found?.journal[START_ENTRY]?.requestSha256;
  if (standing !== undefined && standing === fingerprint) return;
  throw new Problem(
    "idempotency-key-reused",
    "Another request was sent under this name before; send a new Idempotency-Key, or a new upload.",
  );
};
