import type { Json, JsonObject } from "./json.js";
import type { MapPlan, Trial } from "./trial.js";

/** What happened on the way through a state, as TestState's `inspectionData` names it. */
export interface Inspection {
  input: Json;
  afterArguments?: Json;
  afterInputPath?: Json;
  afterParameters?: Json;
  result?: Json;
  afterResultSelector?: Json;
  afterResultPath?: Json;
  afterItemsPath?: Json;
  afterItemSelector?: Json;
  afterItemBatcher?: Json;
  maxConcurrency?: number;
  toleratedFailureCount?: number;
  /** Unit: percent. */
  toleratedFailurePercentage?: number;
  variables?: JsonObject;
  errorDetails?: ErrorDetails;
}

export interface ErrorDetails {
  readonly catchIndex?: number;
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
}

/** Writes down what a state's fields make of the data; each query language has its own fields. */
export interface Inspector extends Pick<Trial, "concluded"> {
  readonly inspection: Inspection;
  filtered(input: Json): void;
  payload(payload: Json): void;
  result(result: Json): void;
  mapped(plan: MapPlan): void;
}

export function inspectorOf(definition: JsonObject, input: Json, { isJsonata }: { isJsonata: boolean }): Inspector {
  const inspection: Inspection = { input };
  const isPass = definition.Type === "Pass";
  const isStatic = isPass && Object.hasOwn(definition, "Result");
  return {
    inspection,
    // A Pass with a Result looks at no input.
    filtered: (value) => {
      if (!isJsonata && !isStatic) inspection.afterInputPath = value;
    },
    payload: (payload) => {
      if (!isJsonata) inspection.afterParameters = payload;
      else if (Object.hasOwn(definition, "Arguments")) inspection.afterArguments = payload;
    },
    result: (result) => {
      inspection.result = result;
    },
    concluded: (step, value) => {
      inspection[step] = value;
      if (isPass && step === "afterResultSelector") inspection[isStatic ? "result" : "afterParameters"] = value;
    },
    mapped: ({ items, inputs, batches, limit, tolerance: { count, percentage } }) => {
      inspection.maxConcurrency = limit;
      if (!isJsonata && items !== undefined) inspection.afterItemsPath = items;
      if (inputs !== undefined) inspection.afterItemSelector = inputs;
      if (batches !== undefined) inspection.afterItemBatcher = batches;
      if (count !== undefined) inspection.toleratedFailureCount = count;
      if (percentage !== undefined) inspection.toleratedFailurePercentage = percentage;
    },
  };
}
