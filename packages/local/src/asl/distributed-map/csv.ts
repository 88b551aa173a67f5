import { Readable } from "node:stream";
import { parse } from "csv-parse";
import type { JsonObject } from "../json.js";
import { itemReaderFailed } from "./item-reader-failure.js";

export const CSV_DELIMITERS = { COMMA: ",", PIPE: "|", SEMICOLON: ";", SPACE: " ", TAB: "\t" } as const;

export interface CsvFormat {
  readonly delimiter: keyof typeof CSV_DELIMITERS;
  /** Undefined where the first row names the columns. */
  readonly headers: readonly string[] | undefined;
}

/**
 * The rows of a CSV text, one at a time, as objects of strings. A row's missing fields are empty, those beyond the
 * headers are left out.
 *
 * Source: Developer Guide, "ItemReader (Map)".
 */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>, format: CsvFormat): AsyncGenerator<JsonObject> {
  const parser = parse({
    delimiter: CSV_DELIMITERS[format.delimiter],
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  const source = Readable.from(bytes, { objectMode: false });
  source.on("error", (error) => parser.destroy(error));
  let headers = format.headers && checkHeaders(format.headers);
  try {
    for await (const row of source.pipe(parser) as AsyncIterable<string[]>) {
      if (headers === undefined) headers = checkHeaders(row);
      else yield Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ""]));
    }
  } finally {
    source.destroy();
  }
}

function checkHeaders(headers: readonly string[]): readonly string[] {
  if (new Set(headers).size < headers.length) throw itemReaderFailed("CSV headers cannot contain duplicates.");
  return headers;
}
