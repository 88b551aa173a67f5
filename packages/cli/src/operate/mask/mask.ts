import type { FlowModule } from "../../flow-module.js";
import type { Io } from "../../io.js";
import { describingSchemas } from "./describing-schemas.js";
import { maskValue } from "./mask-value.js";

type JsonObject = Readonly<Record<string, unknown>>;

/** A document as it may be shown. */
export type Mask = (document: JsonObject) => JsonObject;

export interface MaskOptions {
  /** Whose schemas say what is sensitive. */
  readonly module: FlowModule | undefined;
  /** Nothing is hidden. */
  readonly reveal?: boolean | undefined;
}

/** Hides what schemas call sensitive; where there are none, everything, which is told. */
export function createMask({ module, reveal = false }: MaskOptions, { stderr }: Io): Mask {
  if (reveal) return (document) => document;
  if (module === undefined) {
    stderr.write(
      "Values are hidden: only the flow's schemas tell which of them may be seen. Name its module, or give --reveal.\n",
    );
  }
  const schemas = describingSchemas((module?.flows ?? []).map(({ flow }) => flow));
  return (document) =>
    Object.fromEntries(Object.entries(document).map(([key, value]) => [key, maskMember(key, value)]));

  function maskMember(key: string, value: unknown): unknown {
    const masked = maskValue({ [key]: value }, schemas);
    return typeof masked === "object" && masked !== null ? Reflect.get(masked, key) : masked;
  }
}
