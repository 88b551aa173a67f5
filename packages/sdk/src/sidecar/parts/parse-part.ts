import { Sfs3Error } from "../../errors.js";
import { parseValue } from "../document.js";

/** The name of a part is its step's to choose, and no data. */
export const corruptPart = (txnId: string, name: string, what: string, cause?: unknown): Sfs3Error =>
  new Sfs3Error("SidecarCorruptError", `The part '${name}' of transaction '${txnId}' ${what}.`, { cause });

/** @throws SidecarCorruptError where the part is no JSON value */
export const parsePart = (
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  txnId: string,
): unknown => {
  try {
    return parseValue(bytes, txnId);
  } catch (error) {
    throw corruptPart(txnId, name, "is no JSON value", error);
  }
};
