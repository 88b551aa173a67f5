import type { ExecutionType } from "../distributed-map/arns.js";
import type { Fields } from "../fields.js";
import type { Sequence } from "../state.js";
import type { StateSource } from "./body.js";

/** What a Map does with each item. */
export type ItemProcessor = { readonly mode: "INLINE"; readonly sequence: Sequence } | DistributedProcessor;

export interface DistributedProcessor {
  readonly mode: "DISTRIBUTED";
  /** Of the children. */
  readonly executionType: ExecutionType;
  readonly sequence: Sequence;
}

/** `ItemProcessor`, or the `Iterator` that was its name before. */
export function readItemProcessor({ fields, compilation }: StateSource): ItemProcessor {
  const processor = fields.object(fields.has("Iterator") ? "Iterator" : "ItemProcessor");
  const executionType = processor.has("ProcessorConfig") ? readConfig(processor.object("ProcessorConfig")) : undefined;
  if (executionType === undefined) return { mode: "INLINE", sequence: compilation.innerSequence(processor) };
  return { mode: "DISTRIBUTED", executionType, sequence: compilation.childSequence(processor) };
}

/** The type of the children, undefined where there are none because the Map is inline. */
function readConfig(config: Fields): ExecutionType | undefined {
  const mode = config.optionalOneOf("Mode", ["INLINE", "DISTRIBUTED"]) ?? "INLINE";
  const executionType = config.optionalOneOf("ExecutionType", ["STANDARD", "EXPRESS"]);
  config.close("a ProcessorConfig");
  if (mode === "DISTRIBUTED")
    return executionType ?? config.refuse("ExecutionType", "it is required in DISTRIBUTED mode");
  if (executionType !== undefined) config.refuse("ExecutionType", "it goes with the Mode DISTRIBUTED only");
  return undefined;
}
