import mustache from "mustache";
import { TemplateError } from "./template-error.js";

type Context = InstanceType<typeof mustache.Context>;

/** The values of a template, by name. A list is rendered once for each of its views. */
export interface View {
  readonly [name: string]: string | boolean | readonly View[];
}

/**
 * Renders mustache text as it stands: nothing is escaped, and what the view lacks is an error.
 *
 * @param source names the text in errors
 */
export function renderText(text: string, view: View, source: string): string {
  const refusePartial = (name: string): never => {
    throw new TemplateError(`${source}: there are no partials, so {{> ${name}}} cannot be rendered.`);
  };
  try {
    return mustache.render(text, strictContext(view, undefined, source), refusePartial, { escape: String });
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(`${source} is not a mustache template: ${(error as Error).message}`, { cause: error });
  }
}

/** Mustache's own lookup renders an absent name as nothing, and finds names such as `constructor` in every object. */
function strictContext(view: View, parent: Context | undefined, source: string): Context {
  const context = new mustache.Context(view, parent);
  const lookup = (name: string): View[string] => {
    if (Object.hasOwn(view, name)) return view[name] as View[string];
    if (parent !== undefined) return parent.lookup(name);
    throw new TemplateError(
      `${source} asks for '${name}', which the view lacks. It has ${Object.keys(view).join(", ")}.`,
    );
  };
  const push = (inner: View): Context => strictContext(inner, context, source);
  return Object.assign(context, { lookup, push });
}
