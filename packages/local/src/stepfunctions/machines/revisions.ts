import type { StateMachine } from "../../asl/index.js";
import type { Records } from "../storage/records.js";
import { type CompilerOf, compileOrRefuse, type StateMachineType } from "./definitions.js";

/** A machine as it was from one change to the next: what an execution was started with stays its own. */
export interface Revision {
  readonly number: number;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: StateMachineType;
  readonly definition: string;
  readonly roleArn: string;
  readonly updateDate: Date;
  /** Undefined for a machine as it was created. */
  readonly revisionId?: string | undefined;
}

export interface Revisions {
  add(revision: Omit<Revision, "number">): Revision;
  get(number: number): Revision;
  /** Compiled when it is first asked for. */
  machineOf(revision: Revision): StateMachine;
  /** Forgets every one but these. */
  keep(numbers: ReadonlySet<number>): void;
}

export function createRevisions(records: Records, compilerOf: CompilerOf): Revisions {
  const revisions = new Map<number, Revision>();
  const machines = new WeakMap<Revision, StateMachine>();
  for (const loaded of records.load("revision") as readonly Revision[]) {
    revisions.set(loaded.number, { ...loaded, updateDate: new Date(loaded.updateDate) });
  }
  let lastNumber = Math.max(0, ...revisions.keys());

  const machineOf = (revision: Revision) => {
    const { name, type, definition } = revision;
    const machine = machines.get(revision) ?? compileOrRefuse(type, definition, compilerOf(name));
    machines.set(revision, machine);
    return machine;
  };

  return {
    machineOf,
    add: (given) => {
      const revision = { ...given, number: lastNumber + 1 };
      // Refused before anything is changed.
      machineOf(revision);
      lastNumber = revision.number;
      revisions.set(revision.number, revision);
      records.set("revision", String(revision.number), revision);
      return revision;
    },
    get: (number) => {
      const revision = revisions.get(number);
      if (revision === undefined) throw new Error(`The records lack revision ${number} of a state machine.`);
      return revision;
    },
    keep: (numbers) => {
      for (const number of revisions.keys()) {
        if (numbers.has(number)) continue;
        revisions.delete(number);
        records.delete("revision", String(number));
      }
    },
  };
}
