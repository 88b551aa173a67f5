import { StateFailure } from "../errors.js";
import { type Json, MAX_PAYLOAD_BYTES } from "../json.js";
import type { Query } from "../query-language.js";
import type { StateSource } from "../states/body.js";

/** What one child works on. */
export interface ChildInput {
  readonly input: Json;
  readonly itemCount: number;
}

export interface BatchLimits {
  readonly maxItems: number;
  /** Of a child's whole input. Unit: bytes of UTF-8. */
  readonly maxInputBytes: number;
  /** What each batch carries beside its items. */
  readonly batchInput: Json | undefined;
}

const COUNT = { min: 1, max: 2 ** 31 - 1 };
const BYTES = { min: 1, max: MAX_PAYLOAD_BYTES };

/** `ItemBatcher`; undefined where each item has a child of its own. Source: Developer Guide, "ItemBatcher (Map)". */
export function readItemBatcher({ fields, language }: StateSource): Query<BatchLimits> | undefined {
  if (!fields.has("ItemBatcher")) return undefined;
  const batcher = fields.object("ItemBatcher");
  const maxItems = language.integer(batcher, "MaxItemsPerBatch", COUNT);
  const maxInputBytes = language.integer(batcher, "MaxInputBytesPerBatch", BYTES);
  const batchInput = language.template(batcher, "BatchInput");
  batcher.close(`an ItemBatcher of a ${language.name} Map`);
  return async (entry) => ({
    maxItems: (await maxItems?.(entry)) ?? COUNT.max,
    maxInputBytes: (await maxInputBytes?.(entry)) ?? BYTES.max,
    batchInput: batchInput && (await batchInput(entry)),
  });
}

/**
 * Groups items in their order, each batch as large as its limits let it be.
 *
 * @throws StateFailure `States.DataLimitExceeded` for an item that is too large for a batch of its own
 */
export async function* batches(items: AsyncIterable<Json>, limits: BatchLimits): AsyncGenerator<ChildInput> {
  const emptyBytes = bytesOf(batchOf([], limits));
  let batch: Json[] = [];
  let bytes = emptyBytes;
  for await (const item of items) {
    const itemBytes = bytesOf(item);
    const isFull = batch.length === limits.maxItems || bytes + COMMA_BYTES + itemBytes > limits.maxInputBytes;
    if (batch.length > 0 && isFull) {
      yield { input: batchOf(batch, limits), itemCount: batch.length };
      batch = [];
      bytes = emptyBytes;
    }
    bytes += itemBytes + (batch.length === 0 ? 0 : COMMA_BYTES);
    batch.push(item);
    if (bytes > limits.maxInputBytes) throw tooLarge(bytes, limits);
  }
  if (batch.length > 0) yield { input: batchOf(batch, limits), itemCount: batch.length };
}

const COMMA_BYTES = 1;

const bytesOf = (value: Json) => Buffer.byteLength(JSON.stringify(value));

const batchOf = (items: readonly Json[], { batchInput }: BatchLimits): Json =>
  batchInput === undefined ? { Items: items } : { BatchInput: batchInput, Items: items };

const tooLarge = (bytes: number, { maxInputBytes }: BatchLimits) =>
  new StateFailure(
    "States.DataLimitExceeded",
    `A batch of a single item has ${bytes} bytes, more than the ${maxInputBytes} that one may have.`,
  );
