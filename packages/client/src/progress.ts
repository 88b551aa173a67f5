import { onAbort } from "./deadline.js";
import { ProcessClientError, ProcessFailedError } from "./errors.js";
import type { ProgressEvent } from "./message.js";

/** Events that may wait for a consumer who is slower than they come. */
const MAX_WAITING = 1_000;

export interface ProgressOptions {
  /** Only the events of this transaction; the iteration then ends when the process does. Default: those of all. */
  readonly transactionId?: string | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

/** Hands progress events to all who iterate over them. */
export interface ProgressFeed {
  publish(event: ProgressEvent): void;
  /** Events from now on. */
  iterate(options: Iteration): AsyncIterableIterator<ProgressEvent>;
  close(): void;
}

/** What an iteration is about. `until` ends it when it is settled; its signal aborts when the iteration was left. */
export interface Iteration extends ProgressOptions {
  readonly until?: ((left: AbortSignal) => Promise<unknown>) | undefined;
}

interface Reader {
  readonly push: (event: ProgressEvent) => void;
  readonly end: () => void;
}

export function createProgressFeed(warn: (error: ProcessClientError) => void): ProgressFeed {
  const readers = new Set<Reader>();

  const attach = (controller: ReadableStreamDefaultController<ProgressEvent>, iteration: Iteration) => {
    const { transactionId, signal, until } = iteration;
    const left = new AbortController();
    let toldSlow = false;
    const leave = () => {
      readers.delete(reader);
      stopListening();
      left.abort();
    };
    const unlessLeft = (finish: () => void) => () => {
      if (!readers.has(reader)) return;
      leave();
      finish();
    };
    const push = (event: ProgressEvent) => {
      if (transactionId !== undefined && event.transactionId !== transactionId) return;
      if ((controller.desiredSize ?? 0) > 0) return controller.enqueue(event);
      if (!toldSlow) warn(new ProcessClientError("ProgressDroppedError", SLOW));
      toldSlow = true;
    };
    const reader: Reader = { push, end: unlessLeft(() => controller.close()) };
    readers.add(reader);
    const stopListening = onAbort(signal, () => queueMicrotask(reader.end));
    until?.(left.signal).then(reader.end, (error: unknown) =>
      error instanceof ProcessFailedError ? reader.end() : unlessLeft(() => controller.error(error))(),
    );
    return leave;
  };

  const open = (iteration: Iteration): ReadableStream<ProgressEvent> => {
    let leave = () => {};
    return new ReadableStream<ProgressEvent>(
      {
        start: (controller) => {
          leave = attach(controller, iteration);
        },
        cancel: () => leave(),
      },
      { highWaterMark: MAX_WAITING },
    );
  };

  return {
    publish: (event) => {
      for (const { push } of readers) push(event);
    },
    iterate: (options) => read(open(options)),
    close: () => {
      for (const { end } of readers) end();
    },
  };
}

const SLOW = `Events are dropped: ${MAX_WAITING} wait already for who iterates over progress. Iterate faster, or abort.`;

/** Not every browser iterates over streams by itself. */
function read<T>(stream: ReadableStream<T>): AsyncIterableIterator<T> {
  const reader = stream.getReader();
  const iterator: AsyncIterableIterator<T> = {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
