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
