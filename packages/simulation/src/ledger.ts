import { type Actor, currentActor } from "./actor.js";
import type { Judge } from "./invariants.js";
import { itemSlot, type Layout, type SidecarView } from "./layouts.js";
import type { Change, StoredObject } from "./s3.js";
import { entryOf, type StateEntry, type StepEvent } from "./state-entry.js";

/** One invocation of a step, as it is seen from outside. */
interface Invocation {
  readonly entry: StateEntry;
  readonly event: StepEvent;
  /** When the last answer that told it of its journal was made; its own beginning where none has. */
  readTick: number;
  /** JSON of what its `fn` returned. */
  output: string | undefined;
}

interface Commit {
  readonly entry: StateEntry;
  readonly output: string;
  readonly tick: number;
}

/** What is known of a run by those who see everything, against which everything is judged as it happens. */
export interface Ledger {
  invoked(actor: Actor, event: StepEvent, step: { readonly name: string; readonly outputKey: string }): void;
  /** The sender has got an answer of S3 that was made at that tick. */
  answered(key: string, tick: number, sender: Actor | undefined): void;
  wrote(change: Change, sender: Actor | undefined): void;
  fnBegins(): StateEntry;
  fnReturned(output: unknown): void;
  /** How often the step has committed for other entries of its transaction. */
  roundsOf(entry: StateEntry): number;
  /** A machine has got a step's answer. */
  succeeded(event: StepEvent, payload: Readonly<Record<string, unknown>>, step: string): void;
  startedExecution(executionArn: string, sender: Actor | undefined): void;
  /** `fn` was told that it has started this. */
  startedBy(entry: StateEntry, executionArn: string): void;
  publishedProgress(status: unknown, sender: Actor | undefined): void;
  /** Judges what is there when all is over. */
  close(): void;
  readonly fnRuns: number;
}

export interface LedgerSettings {
  readonly judge: Judge;
  readonly layout: Layout;
  /** Output keys of steps in Maps. */
  readonly mapped: ReadonlySet<string>;
  readonly objects: () => ReadonlyMap<string, StoredObject>;
  readonly tick: () => number;
}

export const createLedger = (settings: LedgerSettings): Ledger => {
  const { judge, layout, mapped, objects, tick } = settings;
  const invocations = new Map<Actor, Invocation>();
  const commits = new Map<string, Commit>();
  /** The entry whose output a slot of a transaction has. */
  const standing = new Map<string, Commit>();
  const succeeded = new Map<string, StateEntry>();
  const starts = new Map<string, Set<string>>();
  let fnRuns = 0;

  const invocationOf = (actor: Actor | undefined) => (actor === undefined ? undefined : invocations.get(actor));
  const acting = (): Invocation => {
    const invocation = invocationOf(currentActor());
    if (invocation === undefined) throw new Error("fn runs outside of every invocation");
    return invocation;
  };

  const judgeWrite = ({ key, before }: Change, txnId: string, { entry, output }: Invocation) => {
    const was = new Map(objects());
    if (before === undefined) was.delete(key);
    else was.set(key, before);
    const [earlier, now] = [layout.view(was, txnId, mapped), layout.view(objects(), txnId, mapped)];
    const changed = differences(earlier, now);
    const own = [slotOf(entry), `journal of ${itemSlot(entry.step, entry.item)}`];
    judge.check(
      "others are untouched",
      txnId === entry.txnId && changed.every((name) => own.includes(name)),
      () => `${entry.id} wrote ${key} and changed ${changed.join(", ")}; its own are ${own.join(", ")}`,
    );
    const value = now.slots.get(slotOf(entry));
    const first = commits.get(entry.id);
    judge.check(
      "the first commit stands",
      first === undefined ? value === output : first.output === value,
      () => `${entry.id} committed ${first?.output ?? "nothing"} before, returned ${output}, and now has ${value}`,
    );
    const last = standing.get(`${txnId} ${slotOf(entry)}`)?.entry;
    judge.check(
      "later entries stay",
      !isLater(last, entry),
      () => `${entry.id} has replaced what ${last?.id} committed`,
    );
    const commit = first ?? { entry, output: value ?? "", tick: tick() };
    commits.set(entry.id, commit);
    standing.set(`${txnId} ${slotOf(entry)}`, commit);
    judgeJournal(now, entry);
  };

  const judgeJournal = ({ journal }: SidecarView, entry: StateEntry) => {
    const written = journal.get(itemSlot(entry.step, entry.item));
    const fields = ["execution", "state", "enteredAt", "item"] as const;
    judge.check(
      "the journal agrees",
      written !== undefined && fields.every((field) => written[field] === entry[field]),
      () => `the journal has ${JSON.stringify(written)} for ${entry.id}`,
    );
  };

  const judgeSlot = ({ entry, output }: Commit, view: SidecarView) => {
    judge.check(
      "the first commit stands",
      view.slots.get(slotOf(entry)) === output,
      () => `${entry.id} committed ${output}, and the sidecar has ${view.slots.get(slotOf(entry))}`,
    );
    judgeJournal(view, entry);
  };

  const startedBy = (entry: StateEntry, executionArn: string) => {
    const started = starts.get(entry.id) ?? new Set();
    starts.set(entry.id, started.add(executionArn));
    judge.check(
      "side effects happen once",
      started.size === 1,
      () => `${entry.id} has started ${[...started].join(" and ")}`,
    );
  };

  return {
    invoked: (actor, event, step) => {
      invocations.set(actor, { entry: entryOf(event, step), event, readTick: tick(), output: undefined });
    },
    answered: (key, atTick, sender) => {
      const invocation = invocationOf(sender);
      if (invocation !== undefined && layout.journalObject(invocation.entry) === key) invocation.readTick = atTick;
    },
    wrote: (change, sender) => {
      const txnId = layout.txnOf(change.key);
      if (txnId === undefined) return;
      const invocation = invocationOf(sender);
      if (invocation !== undefined) return judgeWrite(change, txnId, invocation);
      const isNew = change.before === undefined && change.after !== undefined;
      judge.check("others are untouched", isNew, () => `${sender?.name} replaced the sidecar ${change.key}`);
    },
    fnBegins: () => {
      const { entry, readTick } = acting();
      fnRuns += 1;
      const commit = commits.get(entry.id);
      judge.check(
        "committed work is not repeated",
        commit === undefined || commit.tick >= readTick,
        () => `fn of ${entry.id} runs, which had committed when the invocation read the sidecar`,
      );
      return entry;
    },
    fnReturned: (output) => {
      acting().output = JSON.stringify(output);
    },
    roundsOf: ({ txnId, step, item, id }) =>
      [...commits.values()].filter(
        ({ entry }) => entry.txnId === txnId && entry.step === step && entry.item === item && entry.id !== id,
      ).length,
    succeeded: (event, payload, step) => {
      const entry = entryOf(event, { name: step, outputKey: `${step}-output` });
      succeeded.set(entry.id, entry);
      judge.check(
        "the first commit stands",
        commits.has(entry.id),
        () => `the machine counts ${entry.id} as succeeded, and nothing was committed`,
      );
      const { sfs3: _added, route: _before, ...given } = event;
      const { route: _exposed, ...returned } = payload;
      judge.check(
        "the payload is a pointer",
        JSON.stringify(given) === JSON.stringify(returned),
        () => `${entry.id} got ${JSON.stringify(given)} and returned ${JSON.stringify(returned)}`,
      );
    },
    startedExecution: (executionArn, sender) => {
      const entry = invocationOf(sender)?.entry;
      if (entry !== undefined) startedBy(entry, executionArn);
    },
    startedBy,
    publishedProgress: (status, sender) => {
      const entry = invocationOf(sender)?.entry;
      if (entry === undefined || status !== "SUCCEEDED") return;
      judge.check("messages follow commits", commits.has(entry.id), () => `${entry.id} says that it has succeeded`);
    },
    close: () => {
      const views = new Map<string, SidecarView>();
      for (const { txnId } of succeeded.values()) views.set(txnId, layout.view(objects(), txnId, mapped));
      for (const entry of succeeded.values()) {
        const commit = standing.get(`${entry.txnId} ${slotOf(entry)}`);
        const view = views.get(entry.txnId);
        if (commit !== undefined && view !== undefined) judgeSlot(commit, view);
      }
    },
    get fnRuns() {
      return fnRuns;
    },
  };
};

/** Less than that apart entries may be in either order: the clocks of two machines made them. Unit: milliseconds. */
const MIN_APART_MS = 1_000;

const isLater = (one: StateEntry | undefined, than: StateEntry): boolean =>
  one !== undefined && Date.parse(one.enteredAt) - Date.parse(than.enteredAt) >= MIN_APART_MS;

const slotOf = ({ outputKey, item }: StateEntry): string => itemSlot(outputKey, item);

const differences = (one: SidecarView, other: SidecarView): readonly string[] => {
  const slots = new Set([...one.slots.keys(), ...other.slots.keys()]);
  const entries = new Set([...one.journal.keys(), ...other.journal.keys()]);
  const json = (value: unknown) => JSON.stringify(value);
  return [
    ...[...slots].filter((slot) => one.slots.get(slot) !== other.slots.get(slot)),
    ...[...entries]
      .filter((entry) => json(one.journal.get(entry)) !== json(other.journal.get(entry)))
      .map((entry) => `journal of ${entry}`),
  ];
};
