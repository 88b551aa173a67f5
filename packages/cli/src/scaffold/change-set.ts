import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CliError } from "../cli-error.js";
import { differenceOf } from "../definition/difference.js";
import type { Io } from "../io.js";
import { replaceFile } from "../replace-file.js";
import { createFile, type Undo } from "./create-file.js";

/** A file to make: `path` as the user sees it, from the working directory. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
}

/** A file to change, from the text that was read to another one. */
export interface FileEdit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What a command does to a project. */
export interface ChangeSet {
  readonly create: readonly NewFile[];
  readonly edit: readonly FileEdit[];
}

type Where = Pick<Io, "cwd">;

/** @throws `CliError` that names the files that exist already */
export function refuseExisting(files: readonly NewFile[], { cwd }: Where, wayOut: string): void {
  const existing = files.map(({ path }) => path).filter((path) => existsSync(resolve(cwd, path)));
  if (existing.length === 0) return;
  const are = existing.length === 1 ? "exists" : "exist";
  throw new CliError(`${existing.join(" and ")} ${are} already; nothing was written. ${wayOut}`);
}

/** What would be done, for `--dry-run`: each new file under its name, each edit as a unified diff. */
export function describeChanges({ create, edit }: ChangeSet): string {
  const files = create.map(({ path, content }) => `// ${path}\n${content}`);
  const diffs = edit.flatMap(({ path, before, after }) => differenceOf(path, before, after, { becomes: path }) ?? []);
  return [...files, ...diffs].join("\n");
}

/**
 * Makes all changes or none. What was done is taken back where a later change fails, or `settle`, which does what
 * depends on them.
 *
 * @throws `CliError` that says what failed, and that nothing has changed or what could not be put back
 */
export async function applyChanges(
  { create, edit }: ChangeSet,
  { cwd }: Where,
  settle: () => Promise<void> = async () => {},
): Promise<void> {
  const undone: Undo[] = [];
  try {
    for (const { path, content } of create) undone.push(createOrRefuse(path, content, cwd));
    for (const change of edit) undone.push(editOrRefuse(change, cwd));
    await settle();
  } catch (cause) {
    throw new CliError(`${(cause as Error).message}\n${takeBack(undone)}`, { cause });
  }
}

function createOrRefuse(path: string, content: string, cwd: string): Undo {
  try {
    return createFile(resolve(cwd, path), content);
  } catch (cause) {
    throw new CliError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function editOrRefuse({ path, before, after }: FileEdit, cwd: string): Undo {
  const target = resolve(cwd, path);
  try {
    refuseChanged(path, before, readFileSync(target, "utf8"));
    replaceFile(target, after);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError(`${path} cannot be changed: ${(cause as Error).message}`, { cause });
  }
  return () => {
    refuseChanged(path, after, readFileSync(target, "utf8"));
    replaceFile(target, before);
  };
}

function refuseChanged(path: string, known: string, found: string): void {
  if (found !== known) throw new CliError(`${path} has changed meanwhile, in an editor perhaps. Try again.`);
}

/** Goes on where one file cannot be put back: the others still can. Says how it went. */
function takeBack(undone: readonly Undo[]): string {
  const failures = undone.toReversed().flatMap((undo) => {
    try {
      undo();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  return failures.length === 0 ? "Nothing was changed." : `Not all could be put back: ${failures.join("; ")}`;
}

/** The same files, below `folder`. */
export const filesIn = (folder: string, files: readonly NewFile[]): readonly NewFile[] =>
  files.map(({ path, content }) => ({ path: join(folder, path), content }));
