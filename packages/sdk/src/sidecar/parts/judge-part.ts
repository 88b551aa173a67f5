import { Sfs3Error } from "../../errors.js";
import { committedAs, type Entrant, isSameExecution, type JournalEntry, roundAfter } from "../journal.js";
import type { Standing } from "./part-store.js";

/** Who would write the part. */
export interface Writer extends Entrant {
  readonly outputKey: string;
}

/**
 * The entry of exactly this state entry, where it has committed; `undefined` where there is no part, or one that this
 * entry replaces: an earlier one of the step, or of a step before it in the same execution.
 *
 * @throws SidecarConflictError where a later entry of the step has committed, or a foreign writer
 */
export const committedPart = (standing: Standing | undefined, writer: Writer): JournalEntry | undefined => {
  if (standing === undefined) return undefined;
  const { journal } = standing;
  if (journal === undefined) throw foreign(writer);
  if (journal.step === writer.step) return committedAs(journal, writer);
  if (!isSameExecution(journal, writer)) throw foreign(writer);
  return undefined;
};

/** After a lost race: another step that has come in between has not come before. */
export const committedSince = (standing: Standing | undefined, writer: Writer): JournalEntry | undefined => {
  if (standing !== undefined && standing.journal?.step !== writer.step) throw foreign(writer);
  return committedPart(standing, writer);
};

export const roundOfPart = (standing: Standing | undefined, writer: Writer): number =>
  standing?.journal?.step === writer.step ? roundAfter(standing.journal, writer) : 0;

const foreign = ({ step, txnId, outputKey }: Writer): Sfs3Error =>
  new Sfs3Error(
    "SidecarConflictError",
    `Step '${step}' found that another writer has put '${outputKey}' into the sidecar of transaction '${txnId}', and ` +
      "leaves it; give one of the two an outputKey of its own.",
  );
