/** A template, or the view given to it, that cannot be rendered: the message says which file and why. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}
