import type { Fields } from "../fields.js";
import { isCollection, type Json } from "../json.js";
import { CSV_DELIMITERS, csvRows } from "./csv.js";
import { type Item, itemsIn } from "./item.js";
import { itemReaderFailed } from "./item-reader-failure.js";
import { jsonLines } from "./json-lines.js";
import { atPointer, isPointer } from "./json-pointer.js";

/** Finds the items in an object's bytes. */
export type DatasetFormat = (bytes: AsyncIterable<Uint8Array>, source: string) => AsyncIterable<Item>;

type ReadFormat = (config: Fields) => DatasetFormat;

const readCsv: ReadFormat = (config) => {
  const location =
    config.optionalOneOf("CSVHeaderLocation", ["FIRST_ROW", "GIVEN"]) ??
    config.refuse("CSVHeaderLocation", "a CSV needs FIRST_ROW or GIVEN");
  const given = config.take("CSVHeaders");
  if ((given === undefined) === (location === "GIVEN")) {
    config.refuse("CSVHeaders", "a list of names goes with the CSVHeaderLocation GIVEN, and only with it");
  }
  const headers = given === undefined ? undefined : readHeaders(config, given);
  const delimiter = config.optionalOneOf("CSVDelimiter", DELIMITER_NAMES) ?? "COMMA";
  return (bytes, source) => valuesFrom(csvRows(bytes, { headers, delimiter }), source);
};

const DELIMITER_NAMES = Object.keys(CSV_DELIMITERS) as (keyof typeof CSV_DELIMITERS)[];

function readHeaders(config: Fields, given: unknown): readonly string[] {
  const isNames = Array.isArray(given) && given.length > 0 && given.every((name) => typeof name === "string");
  return isNames ? given : config.refuse("CSVHeaders", "a non-empty list of strings is expected");
}

const readJsonLines: ReadFormat = () => (bytes, source) => valuesFrom(jsonLines(bytes), source);

const readJson: ReadFormat = (config) => {
  const pointer = config.optionalString("ItemsPointer") ?? "";
  if (!isPointer(pointer)) config.refuse("ItemsPointer", "a JSON Pointer is expected, such as /orders/open");
  return (bytes, source) => jsonItems(bytes, source, pointer);
};

async function* valuesFrom(values: AsyncIterable<Json>, source: string): AsyncGenerator<Item> {
  for await (const value of values) yield { value, source };
}

// Held as a whole: which part of it the items are shows only once it is parsed. From then on each is let go as it is taken.
async function* jsonItems(bytes: AsyncIterable<Uint8Array>, source: string, pointer: string): AsyncGenerator<Item> {
  const untaken = await itemsBackwards(bytes, source, pointer);
  for (let item = untaken.pop(); item !== undefined; item = untaken.pop()) yield item;
}

// No generator: it would hold the bytes and the whole dataset until its end.
async function itemsBackwards(bytes: AsyncIterable<Uint8Array>, source: string, pointer: string): Promise<Item[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const dataset = atPointer(JSON.parse(Buffer.concat(chunks).toString()), pointer);
  if (dataset === undefined) {
    throw itemReaderFailed(
      "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.",
    );
  }
  if (!isCollection(dataset)) throw itemReaderFailed("Attempting to map over non-iterable node.");
  return [...itemsIn(dataset, source)].reverse();
}

const FORMATS = { CSV: readCsv, JSON: readJson, JSONL: readJsonLines } as const;
const FORMAT_NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

/** Reads `InputType` and what belongs to it; undefined where there is none. */
export function readDatasetFormat(config: Fields): DatasetFormat | undefined {
  const type = config.optionalOneOf("InputType", FORMAT_NAMES);
  return type && FORMATS[type](config);
}
