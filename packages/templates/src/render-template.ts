import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { TemplateError } from "./template-error.js";
import { renderText, type View } from "./view.js";

/** A rendered file. */
export interface TemplateFile {
  /** Where it belongs: relative, `/` between folders, never above where it starts. */
  readonly path: string;
  readonly content: string;
}

const BUILT_IN = fileURLToPath(new URL("../templates/", import.meta.url));

const SUFFIX = ".mustache";

/**
 * Renders the files of which a thing is made. Reads templates, writes nothing.
 *
 * A template is a file `<thing>/<path>.mustache`; its path is a template as well. Values are put in as they are, without
 * escaping: whoever makes the view sees to it that they are safe where the template uses them.
 *
 * @param thing the folder of templates, for instance `step`
 * @param options.overrides folder of the user's own templates, laid out alike: a file of the same name takes a built-in
 * template's place, any other is added. It need not exist.
 * @throws `TemplateError` if there is no such thing, a template asks for what the view lacks, or a rendered path would
 * leave its folder or is that of two files
 *
 * @example
 * ```ts
 * import { renderTemplate, stepView } from "@sfs3/templates";
 *
 * const files = renderTemplate("step", stepView({ name: "charge", reads: ["orderId"] }));
 * // charge.ts and charge.test.ts
 * ```
 */
export function renderTemplate(
  thing: string,
  view: View,
  options: { readonly overrides?: string | undefined } = {},
): readonly TemplateFile[] {
  if (!staysInside(thing)) throw new TemplateError(`'${thing}' is no name of a folder of templates.`);
  const folders = options.overrides === undefined ? [BUILT_IN] : [BUILT_IN, options.overrides];
  const templates = new Map(folders.flatMap((folder) => templatesBelow(join(folder, thing))));
  if (templates.size === 0) throw new TemplateError(`There is no template '${thing}' in ${folders.join(" or ")}.`);
  const files = [...templates].map(([name, source]) => renderFile(name, source, view));
  refuseTwins(files);
  return files;
}

/** Each template's name below `folder`, without the suffix, and where it is. */
function templatesBelow(folder: string): readonly (readonly [name: string, source: string])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".DS_Store")
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((source) => [templateName(folder, source), source]);
}

function templateName(folder: string, source: string): string {
  if (!source.endsWith(SUFFIX)) throw new TemplateError(`${source} is no template: add ${SUFFIX} to its name.`);
  return relative(folder, source).slice(0, -SUFFIX.length).split(sep).join("/");
}

function renderFile(name: string, source: string, view: View): TemplateFile {
  const path = renderText(name, view, source);
  if (!staysInside(path)) {
    throw new TemplateError(`${source} renders to the path '${path}', which is not one inside its folder.`);
  }
  return { path, content: renderText(readFileSync(source, "utf8"), view, source) };
}

/** On every platform alike: a backslash or a drive's colon means nothing here, but does where the file is written. */
const staysInside = (path: string): boolean =>
  path !== "" &&
  !/[\\:\0]/.test(path) &&
  !posix.isAbsolute(path) &&
  path.split("/").every((part) => part !== "" && part !== "." && part !== "..");

function refuseTwins(files: readonly TemplateFile[]): void {
  const paths = files.map(({ path }) => path);
  const twin = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twin !== undefined) throw new TemplateError(`Two templates render to the same path '${twin}'.`);
}
