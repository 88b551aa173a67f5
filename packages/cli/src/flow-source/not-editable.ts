/** A source that only its author can edit: the message says why, as the end of a sentence. */
export class NotEditableError extends Error {
  override readonly name = "NotEditableError";
}
