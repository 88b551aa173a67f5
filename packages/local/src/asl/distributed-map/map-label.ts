import { createHash } from "node:crypto";
import type { StateSource } from "../states/body.js";

const MAX_LABEL_CHARS = 40;

// What execution names may not hold either: white space, brackets, wildcards, special and control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what AWS refuses
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** `Label`, which names the children's state machine; one is made up where there is none. */
export function readMapLabel({ fields, compilation }: StateSource): string {
  const label = fields.optionalString("Label");
  if (label === undefined) return labelOf(fields.path);
  if (label === "" || label.length > MAX_LABEL_CHARS || FORBIDDEN.test(label)) {
    fields.refuse("Label", `1 to ${MAX_LABEL_CHARS} characters are expected, none of them a space or special`);
  }
  compilation.declareMapLabel(label, fields.path);
  return label;
}

/** The same for the same state, so that a definition's machines keep their names. */
function labelOf(path: string): string {
  const hash = createHash("md5").update(path).digest("hex");
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-3$3-8$4-$5");
}
