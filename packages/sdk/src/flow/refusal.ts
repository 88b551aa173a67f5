import { Sfs3Error } from "../errors.js";

/** Why no definition can be made: what is wrong and where, then the way out. */
export const refusal = (what: string, wayOut: string): Sfs3Error =>
  new Sfs3Error("FlowDefinitionError", `${what} ${wayOut}`);
