import { randomUUID } from "node:crypto";
import type { Json } from "../json.js";
import { ARRAY_FUNCTIONS } from "./intrinsic-array.js";
import { JSON_FUNCTIONS } from "./intrinsic-json.js";
import { MATH_FUNCTIONS } from "./intrinsic-math.js";
import { TEXT_FUNCTIONS } from "./intrinsic-text.js";
import type { PathScope } from "./scope.js";

export interface IntrinsicFunction {
  /** Default: any number. */
  readonly minArguments?: number;
  /** Default: any number. */
  readonly maxArguments?: number;
  /** Whether the first argument is a template, whose escapes it reads itself. Default: false. */
  readonly takesTemplate?: boolean;
  /** @throws IntrinsicArgumentError */
  run(values: readonly Json[], scope: PathScope): Json;
}

export type IntrinsicFunctions = Readonly<Record<string, IntrinsicFunction>>;

/** Source: Developer Guide, "Intrinsic functions for JSONPath states in Step Functions". */
export const INTRINSIC_FUNCTIONS: IntrinsicFunctions = {
  ...ARRAY_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...MATH_FUNCTIONS,
  "States.UUID": { minArguments: 0, maxArguments: 0, run: () => randomUUID() },
};
