import { JOURNAL_KEY } from "../../names.js";
import { INPUT_NAME, partName } from "../../sidecar/parts/part-name.js";
import type { MappedArray } from "../document/mapped-array.js";
import { SIDECAR_BUCKET_PLACEHOLDER } from "../placeholders.js";
import { refusal } from "../refusal.js";
import type { Distribution, MapState } from "../state.js";
import { INPUT, jsonata, text } from "./expressions.js";
import { sequenceOf } from "./sequence.js";
import type { AslState, Emission, ItemScope } from "./types.js";

const BUCKET = `\${${SIDECAR_BUCKET_PLACEHOLDER}}`;

/** What every batch carries beside its items. */
const BATCH = "$states.context.Execution.Input.BatchInput";

const ITEM: ItemScope = { index: "$states.context.Map.Item.Value.index", count: `${BATCH}.items` };

/** Labels that Step Functions takes, as names of states seldom are too long to be. */
const LABEL_PATTERN = /^[A-Za-z0-9_-]{1,40}$/;

/**
 * A Map whose items Step Functions reads from the array's part. An item's value goes no further than the reader: what a
 * child is started with is the indexes of its batch, so that no data gets into executions and their histories. What the
 * children have done is written to S3, for the result of a Map in the state has at most 256 KiB.
 *
 * Source: AWS Step Functions Developer Guide, "Using Map state in Distributed mode".
 */
export function distributedMap(
  emission: Emission<MapState>,
  { distributed, count }: { readonly distributed: Distribution; readonly count: string },
): AslState {
  const { name } = emission;
  return {
    ...(LABEL_PATTERN.test(name) && { Label: name }),
    ItemReader: itemReader(emission),
    ItemSelector: { index: jsonata("$states.context.Map.Item.Index") },
    ItemBatcher: {
      MaxItemsPerBatch: distributed.batchSize,
      BatchInput: {
        payload: INPUT,
        execution: jsonata("$states.context.Execution.Id"),
        items: jsonata(`$type(${count}) = "number" ? ${count} : $error("the map has no count")`),
      },
    },
    ...(distributed.maxConcurrency > 0 && { MaxConcurrency: distributed.maxConcurrency }),
    ...toleration(distributed),
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: distributed.executionType },
      ...batch(emission),
    },
    ResultWriter: {
      Resource: "arn:aws:states:::s3:putObject",
      Arguments: {
        Bucket: BUCKET,
        Prefix: jsonata(`$states.input.processData & ${text(`${JOURNAL_KEY}/${name}`)}`),
      },
    },
  };
}

const toleration = ({ toleratedFailureCount, toleratedFailurePercentage }: Distribution): AslState => ({
  ...(toleratedFailureCount !== undefined && { ToleratedFailureCount: toleratedFailureCount }),
  ...(toleratedFailurePercentage !== undefined && { ToleratedFailurePercentage: toleratedFailurePercentage }),
});

function itemReader({ fanOut, name }: Emission<MapState>): AslState {
  const array = fanOut.arrayOf(name);
  if (array === undefined) throw refusal(`${name} goes over no array.`, "Name one that an earlier step writes.");
  const { part, pointer } = placeOf(array);
  return {
    Resource: "arn:aws:states:::s3:getObject",
    ReaderConfig: { InputType: "JSON", ...(pointer !== "" && { ItemsPointer: pointer }) },
    Arguments: { Bucket: BUCKET, Key: jsonata(`$states.input.processData & ${text(part)}`) },
  };
}

/** The object under the sidecar's prefix that holds the array, and where in it. Source of the pointer: RFC 6901. */
function placeOf({ key, path, slot }: MappedArray): { readonly part: string; readonly pointer: string } {
  const inInput = slot.writers.includes("input");
  const tokens = inInput ? [key, ...path] : path;
  const pointer = tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return { part: inInput ? INPUT_NAME : partName(key), pointer };
}

/** What a child does: an inline Map over the indexes of its batch. */
function batch({ state, name, emitChain }: Emission<MapState>): AslState {
  const body = emitChain(state.body, { End: true }, { top: false, item: ITEM, execution: `${BATCH}.execution` });
  const items = {
    Type: "Map",
    Items: jsonata("$states.input.Items"),
    ItemSelector: jsonata("$states.input.BatchInput.payload"),
    ...(state.maxConcurrency > 0 && { MaxConcurrency: state.maxConcurrency }),
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...sequenceOf(body) },
    Output: {},
    End: true,
  };
  return sequenceOf({ entry: { Next: `${name}-batch` }, states: [[`${name}-batch`, items]] });
}
