import type { Layout } from "@sfs3/sdk/flow";
import type { Visit, Workload } from "./workload.js";

/** What one execution asks of S3. */
export interface Traffic {
  /** HEAD requests included, which cost the same. */
  readonly gets: number;
  readonly puts: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** What is there at the end, without the versions that others have replaced. */
  readonly storedBytes: number;
  /** Each visit's requests one after the other, for the time that they take. */
  readonly roundTrips: number;
}

type Access = Pick<Traffic, "gets" | "readBytes" | "writtenBytes" | "roundTrips">;

/** The process's data while it grows. */
interface Held {
  readonly inputBytes: number;
  readonly outputBytes: ReadonlyMap<string, number>;
}

/** What a visit asks of S3 in each layout, with what is there before it and after it. */
const ACCESS: Readonly<Record<Layout, (visit: Visit, before: Held, after: Held) => Access>> = {
  // The whole document is read, and written with the output in it.
  document: (_, before, after) => ({
    gets: 1,
    readBytes: totalBytes(before),
    writtenBytes: totalBytes(after),
    roundTrips: 2,
  }),
  // The parts that the step names are read side by side, its own is looked at, then it is written.
  parts: ({ reads, outputBytes }, before) => {
    const named = reads ?? [...before.outputBytes.keys()];
    const readsInput = reads === undefined || named.some((key) => !before.outputBytes.has(key));
    const parts = sum(named.map((key) => before.outputBytes.get(key) ?? 0));
    return {
      gets: named.length + (readsInput ? 1 : 0) + 1,
      readBytes: parts + (readsInput ? before.inputBytes : 0),
      writtenBytes: outputBytes,
      roundTrips: 2,
    };
  },
};

/** Nothing of what lost races would add: it depends on how writers meet. */
export function trafficOf({ inputBytes, visits }: Workload, layout: Layout): Traffic {
  let held: Held = { inputBytes, outputBytes: new Map() };
  const accesses = visits.map((visit) => {
    const before = held;
    held = grown(before, visit);
    return ACCESS[layout](visit, before, held);
  });
  const total = (field: keyof Access) => sum(accesses.map((access) => access[field]));
  return {
    gets: total("gets"),
    puts: 1 + visits.length,
    readBytes: total("readBytes"),
    writtenBytes: inputBytes + total("writtenBytes"),
    storedBytes: totalBytes(held),
    roundTrips: total("roundTrips"),
  };
}

/** A Map's items add up under their key; a loop's round takes the place of the one before. */
function grown({ inputBytes, outputBytes }: Held, { outputKey, outputBytes: added, isItem }: Visit): Held {
  const before = isItem ? (outputBytes.get(outputKey) ?? 0) : 0;
  return { inputBytes, outputBytes: new Map([...outputBytes, [outputKey, before + added]]) };
}

const totalBytes = ({ inputBytes, outputBytes }: Held): number => inputBytes + sum(outputBytes.values());

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
