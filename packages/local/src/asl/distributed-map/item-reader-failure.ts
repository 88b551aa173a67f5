import { StateFailure } from "../errors.js";

/** A dataset that cannot be read. */
export const itemReaderFailed = (cause: string) => new StateFailure("States.ItemReaderFailed", cause);

/** The one border where what S3 or a parser threw becomes the Map's failure. */
export async function* readingItems<T>(what: string, items: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items();
  } catch (thrown) {
    if (thrown instanceof StateFailure) throw thrown;
    const problem = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    throw itemReaderFailed(`Unable to read ${what}. ${problem}`);
  }
}
