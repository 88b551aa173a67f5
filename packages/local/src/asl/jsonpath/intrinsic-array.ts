import type { Json } from "../json.js";
import { IntrinsicArgumentError, takeArray, takeInteger } from "./intrinsic-argument.js";
import type { IntrinsicFunctions } from "./intrinsic-function.js";
import { jsonEquals } from "./json-equality.js";

const MAX_RANGE_ITEMS = 1_000;

export const ARRAY_FUNCTIONS: IntrinsicFunctions = {
  "States.Array": { run: (values) => values },
  "States.ArrayPartition": {
    minArguments: 2,
    maxArguments: 2,
    run: ([array, size]) => partition(takeArray(array), takeInteger(size)),
  },
  "States.ArrayContains": {
    minArguments: 2,
    maxArguments: 2,
    run: ([array, value = null]) => takeArray(array).some((item) => jsonEquals(item, value)),
  },
  "States.ArrayRange": {
    minArguments: 3,
    maxArguments: 3,
    run: ([first, last, step]) => range(takeInteger(first), takeInteger(last), takeInteger(step)),
  },
  "States.ArrayGetItem": {
    minArguments: 2,
    maxArguments: 2,
    run: ([array, index]) => itemAt(takeArray(array), takeInteger(index)),
  },
  "States.ArrayLength": { minArguments: 1, maxArguments: 1, run: ([array]) => takeArray(array).length },
  "States.ArrayUnique": { minArguments: 1, maxArguments: 1, run: ([array]) => unique(takeArray(array)) },
};

function partition(array: readonly Json[], size: number): Json {
  if (size < 1) throw new IntrinsicArgumentError(`a chunk size of at least 1 is expected, not ${size}`);
  return Array.from({ length: Math.ceil(array.length / size) }, (_, index) =>
    array.slice(index * size, (index + 1) * size),
  );
}

function range(first: number, last: number, step: number): Json {
  if (step === 0) throw new IntrinsicArgumentError("a step other than 0 is expected");
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE_ITEMS) {
    throw new IntrinsicArgumentError(`a range of at most ${MAX_RANGE_ITEMS} items is expected, not ${length}`);
  }
  return Array.from({ length }, (_, index) => first + index * step);
}

function itemAt(array: readonly Json[], index: number): Json {
  // AWS finds null anywhere in an empty array.
  if (array.length === 0 && index >= 0) return null;
  const item = array[index];
  if (item !== undefined) return item;
  throw new IntrinsicArgumentError(`an index below ${array.length} is expected, not ${index}`);
}

function unique(array: readonly Json[]): Json {
  const kept: Json[] = [];
  for (const item of array) {
    if (!kept.some((other) => jsonEquals(other, item))) kept.push(item);
  }
  return kept;
}
