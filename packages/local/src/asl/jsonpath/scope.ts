import type { Json } from "../json.js";

/** What a JSONPath field of a state sees. */
export interface PathScope {
  /** `$` */
  readonly input: Json;
  /** `$$`: made on demand, since few paths look at it. */
  readonly context: () => Json;
  /** `$name`. An inner scope has the outer one as its prototype; the outermost has none. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** For `States.MathRandom`: uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}
