/** The event cannot be judged now, and has to come again; Lambda sees to that where the invocation fails. */
export class NotYetError extends Error {
  override readonly name = "NotYetError";
}
