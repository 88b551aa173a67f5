import { seededRandom } from "../seeded-random.js";
import { IntrinsicArgumentError, inRange, takeInteger, takeRounded } from "./intrinsic-argument.js";
import type { IntrinsicFunctions } from "./intrinsic-function.js";

export const MATH_FUNCTIONS: IntrinsicFunctions = {
  "States.MathAdd": {
    minArguments: 2,
    maxArguments: 2,
    run: ([first, second]) => inRange(takeRounded(first) + takeRounded(second)),
  },
  "States.MathRandom": {
    minArguments: 2,
    maxArguments: 3,
    run: ([start, end, seed], { random = Math.random }) => {
      const uniform = seed === undefined ? random() : seededRandom(takeInteger(seed));
      return randomInteger(takeInteger(start), takeInteger(end), uniform);
    },
  },
};

/** @param uniform in [0, 1) */
function randomInteger(start: number, end: number, uniform: number): number {
  if (start < end) return start + Math.floor(uniform * (end - start));
  throw new IntrinsicArgumentError(`a start below the end is expected, not ${start} and ${end}`);
}
