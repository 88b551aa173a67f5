import type { ExpectedItems } from "../counted-items.js";
import type { Schema } from "../step.js";
import type { Contribution } from "./contribution.js";
import type { Entrant, JournalEntry } from "./journal.js";
import type { Patience } from "./merge.js";

/** Who reads, and what: which members of the data it can see, or `undefined` where it may see all of them. */
export interface Reader extends Entrant {
  readonly outputKey: string;
  readonly keys: ReadonlySet<string> | undefined;
  /** What the machine says of the outputs of its Maps, by key. */
  readonly expectedItems: ReadonlyMap<string, ExpectedItems>;
  /** What reads it. */
  readonly schemaIn: Schema;
}

/** A transaction's data as a step meets it, whichever layout it lies in. */
export interface Sidecar {
  /** The data that the reader can see, at least; the journal is not the steps' to read. */
  readonly value: Readonly<Record<string, unknown>>;
  /**
   * The journal's entry of exactly this state entry, where it has committed.
   *
   * Throws `SidecarConflictError` where a later entry has: an attempt that its machine gave up must not replace it.
   */
  committed(): JournalEntry | undefined;
  /** How often the step has committed in this execution before this entry: 0 outside a loop. */
  round(): number;
  /** What stands under the step's own key by now, of a Map's step its own item; `undefined` where nothing does. */
  ownOutput(): Promise<unknown>;
  /** @returns the journal entry that stands in the sidecar: this contribution's, or that of an earlier attempt */
  merge(contribution: Contribution, patience: Patience): Promise<JournalEntry>;
}
