import type { ExpectedItems } from "../../counted-items.js";
import { Sfs3Error } from "../../errors.js";
import { itemPaths } from "../../item-paths.js";
import { once } from "../../once.js";
import { withOwnItems } from "../../own-items.js";
import { parseWhole } from "../document.js";
import type { Reader } from "../sidecar.js";
import type { SidecarLocation } from "../store.js";
import { inOrder } from "./in-order.js";
import { AHEAD, findItems } from "./items-part.js";
import { readOwnItem } from "./own-item.js";
import { parsePart } from "./parse-part.js";
import { INPUT_NAME, partName, readItemPrefix, readPartName } from "./part-name.js";
import { getPart, headPart, listParts } from "./part-store.js";
import { streamedKeys } from "./streamed-keys.js";

type Values = Readonly<Record<string, unknown>>;

export interface Read {
  /** What the reader can see. */
  readonly values: Values;
  /** The input, where it was looked at. */
  readonly input: Values | undefined;
}

export const readParts = (location: SidecarLocation, reader: Reader): Promise<Read> =>
  reader.keys === undefined ? readAll(location, reader) : readNamed(location, reader, reader.keys);

/**
 * Steps that took something from the input when they last ran in this container. A guess: the input is fetched beside
 * the parts then and not after them. What is read is the same.
 */
const readersOfInput = new Set<string>();

const readNamed = async (location: SidecarLocation, reader: Reader, keys: ReadonlySet<string>): Promise<Read> => {
  const streamed = streamedKeys(reader.schemaIn);
  const paths = itemPaths(reader.schemaIn);
  const input = once(() => readInput(location));
  if (readersOfInput.has(reader.step)) input().catch(() => undefined);
  if (keys.size === 0) await checkInput(location);
  let seen: Values | undefined;
  const fromInput = async () => {
    seen = await input();
    return seen;
  };
  const found = await Promise.all(
    [...keys].map(async (key) => {
      const path = paths.find(([first]) => first === key);
      const expected = reader.expectedItems.get(key);
      const value =
        path === undefined
          ? await readKey(location, { key, isStream: streamed.has(key), expected, fromInput })
          : await readOwnItem(location, path, { step: reader.step, item: reader.entry.item });
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const takes = seen !== undefined && [...keys].some((key) => Object.hasOwn(seen as Values, key));
  readersOfInput[takes ? "add" : "delete"](reader.step);
  return { values: Object.fromEntries(found.flat()), input: seen };
};

interface AskedKey {
  readonly key: string;
  readonly isStream: boolean;
  readonly expected: ExpectedItems | undefined;
  fromInput(): Promise<Values>;
}

/** What the machine calls items is items. A key of which it says nothing is a part, or else in the input, or else the items of a Map; a stream is most likely items. */
const readKey = async (
  location: SidecarLocation,
  { key, isStream, expected, fromInput }: AskedKey,
): Promise<unknown> => {
  const asItems = isStream || expected !== undefined ? await findItems(location, key, expected) : undefined;
  if (asItems !== undefined) return isStream ? asItems.values : collect(asItems.values);
  const part = await getPart(location, partName(key));
  if (part !== undefined) return parsePart(part, location.txnId);
  const input = await fromInput();
  if (Object.hasOwn(input, key)) return input[key];
  const items = isStream ? undefined : await findItems(location, key, undefined);
  return items && collect(items.values);
};

const readInput = async (location: SidecarLocation): Promise<Values> => {
  const part = await getPart(location, INPUT_NAME);
  if (part === undefined) throw noSidecar(location);
  return parseWhole(part.bytes, location.txnId).value;
};

const checkInput = async (location: SidecarLocation): Promise<void> => {
  if ((await headPart(location, INPUT_NAME)) === undefined) throw noSidecar(location);
};

const readAll = async (location: SidecarLocation, { step, entry, schemaIn, expectedItems }: Reader): Promise<Read> => {
  const streamed = streamedKeys(schemaIn);
  const [input, { outputs, maps }] = await Promise.all([readInput(location), listOutputs(location)]);
  const readOutput = async (key: string) => {
    const part = await getPart(location, partName(key));
    return part === undefined ? [] : [[key, parsePart(part, location.txnId)] as const];
  };
  const readItems = async (key: string) => {
    const items = await findItems(location, key, expectedItems.get(key));
    return items === undefined ? [] : [[key, streamed.has(key) ? items.values : await collect(items.values)] as const];
  };
  const read = await collect(inOrder(outputs, AHEAD, readOutput));
  // Maps of which no item has written left no part.
  const mapped = await collect(inOrder(new Set([...maps, ...expectedItems.keys()]), 1, readItems));
  const values = { ...input, ...Object.fromEntries([...read.flat(), ...mapped.flat()]) };
  return { input, values: withOwnItems(values, itemPaths(schemaIn), { step, item: entry.item }) };
};

/** Keys by what lies under them. */
const listOutputs = async (location: SidecarLocation) => {
  const outputs: string[] = [];
  const maps: string[] = [];
  for await (const { names, folders } of listParts(location, { prefix: "", byFolder: true })) {
    for (const part of names.map(readPartName)) if (part?.kind === "output") outputs.push(part.key);
    for (const key of folders.map(readItemPrefix)) if (key !== undefined) maps.push(key);
  }
  return { outputs, maps };
};

const collect = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
};

const noSidecar = ({ step, txnId, bucket }: SidecarLocation): Sfs3Error =>
  new Sfs3Error(
    "S3DataPreconditionError",
    `Step '${step}' found no sidecar of transaction '${txnId}' in bucket '${bucket}'.`,
  );
