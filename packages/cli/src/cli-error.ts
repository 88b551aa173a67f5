import { Sfs3Error } from "@sfs3/sdk/flow";
import { EXIT_CODES } from "./exit-codes.js";

/** A failure that its message explains to the user: no stack is shown. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: number;

  constructor(message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.exitCode = options.exitCode ?? EXIT_CODES.refused;
  }
}

/** Does what may fail for reasons that are the user's to mend, and says `what` could not be done. */
export async function refusing<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    // These say already what is wrong, where, and what to do.
    if (cause instanceof CliError || cause instanceof Sfs3Error) throw cause;
    throw new CliError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
