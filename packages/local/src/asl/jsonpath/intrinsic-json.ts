import type { Json } from "../json.js";
import { IntrinsicArgumentError, takeObject, takeText } from "./intrinsic-argument.js";
import type { IntrinsicFunctions } from "./intrinsic-function.js";

export const JSON_FUNCTIONS: IntrinsicFunctions = {
  "States.JsonMerge": {
    minArguments: 3,
    maxArguments: 3,
    run: ([first, second, deep]) => {
      if (deep === true) throw new IntrinsicArgumentError("deep merging is not supported, the third must be false");
      return { ...takeObject(first), ...takeObject(second) };
    },
  },
  "States.StringToJson": { minArguments: 1, maxArguments: 1, run: ([text]) => parse(takeText(text)) },
  "States.JsonToString": { minArguments: 1, maxArguments: 1, run: ([value]) => JSON.stringify(value) },
};

function parse(text: string): Json {
  // AWS's JSON parser reads nothing as null.
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IntrinsicArgumentError("a text that is JSON is expected", { cause: error });
  }
}
