import { capitalized, identifierOf } from "./identifier.js";
import { type StepView, stepNames, stepView } from "./step-view.js";
import type { View } from "./view.js";

/** What the templates of a process are made from. */
export interface ProcessView extends View {
  /** The process's name: that of its folder and its topic root. */
  readonly name: string;
  /** The exported constant. */
  readonly identifier: string;
  /** The flow's name; begins the names of its schemas. */
  readonly typeName: string;
  /** The first step's name. */
  readonly step: string;
  /** The first step's exported constant. */
  readonly stepIdentifier: string;
}

/** Names that a process's files need for themselves. */
const USED_BY_TEMPLATES = ["z", "flow", "flows", "testFlow", "test", "expect", "input", "status", "sidecar", "log"];

/**
 * The view of the `process` templates.
 *
 * @param name `[A-Za-z0-9_-]{1,57}` with a letter or digit in it; the caller has checked it
 * @param step name of the first step, which the templates of `step` make; the caller has checked it
 */
export function processView({ name, step }: { readonly name: string; readonly step: string }): ProcessView {
  const { identifier: stepIdentifier } = stepNames(step);
  const identifier = identifierOf(name, { prefix: "process", taken: [...USED_BY_TEMPLATES, stepIdentifier] });
  return { name, identifier, typeName: capitalized(identifier), step, stepIdentifier };
}

/** The view of the process's first step, which reads what the process's input has. */
export const firstStepView = ({ step, typeName }: ProcessView): StepView =>
  stepView({
    name: step,
    reads: [{ key: "id", schema: `${typeName}Input.shape.id`, sample: "17" }],
    imports: [{ name: `${typeName}Input`, from: "../input.js" }],
  });
