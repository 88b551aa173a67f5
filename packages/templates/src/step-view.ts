import { capitalized, identifierOf } from "./identifier.js";
import type { View } from "./view.js";

/** What the templates of a step are made from. */
export interface StepView extends View {
  /** The step's name, as the wire knows it. */
  readonly name: string;
  /** The exported constant. */
  readonly identifier: string;
  /** Begins the names of its schemas. */
  readonly typeName: string;
  readonly reads: readonly { readonly key: string; readonly property: string }[];
}

/** Names that a step's files need for themselves, and the flow that the step is put into. */
const USED_BY_TEMPLATES = ["z", "flow", "defineStep", "testStep", "test", "expect", "sidecar", "result"];

/**
 * The view of the `step` templates.
 *
 * @param name `[A-Za-z0-9_-]{1,64}` with a letter or digit in it; the caller has checked it
 * @param reads keys of the sidecar, without quotes, backslashes and control characters; the caller has checked them
 */
export const stepView = ({ name, reads }: { readonly name: string; readonly reads: readonly string[] }): StepView => {
  const identifier = identifierOf(name, { prefix: "step", taken: USED_BY_TEMPLATES });
  return {
    name,
    identifier,
    typeName: capitalized(identifier),
    reads: reads.map((key) => ({ key, property: propertyOf(key) })),
  };
};

const propertyOf = (key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key);
