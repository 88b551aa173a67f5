import type { Json } from "../json.js";
import { itemReaderFailed } from "./item-reader-failure.js";

/**
 * The values of a JSON Lines text, one at a time; blank lines are none.
 *
 * Not `node:readline`: it breaks lines at U+2028 too, which a JSON string may hold as it is.
 */
export async function* jsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Json> {
  let number = 0;
  for await (const line of lines(bytes)) {
    number += 1;
    if (line.trim() !== "") yield parseLine(line, number);
  }
}

async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let open = "";
  for await (const chunk of bytes) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    const last = others.pop();
    open += first;
    if (last === undefined) continue;
    yield open;
    yield* others;
    open = last;
  }
  yield open + decoder.decode();
}

function parseLine(line: string, number: number): Json {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw itemReaderFailed(`Line ${number} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
