import { type Deployment, type ProcessView, projectView } from "@sfs3/templates";
import type { Io } from "../io.js";
import { VERSION } from "../version.js";
import type { NewFile } from "./change-set.js";
import { PACKAGE_MANAGERS, type PackageManager } from "./package-manager.js";
import { processFiles } from "./process-files.js";
import { renderFiles } from "./render.js";

/** A project to make. */
export interface NewProject {
  readonly name: string;
  readonly process: ProcessView;
  readonly deployment: Deployment;
  readonly packageManager: PackageManager;
}

/** Package managers that need a file of their own. */
const OWN_FILES: Readonly<Partial<Record<PackageManager, string>>> = { pnpm: "project-pnpm", yarn: "project-yarn" };

/** The files of a project with its first process, from the project's root. */
export function projectFiles(project: NewProject, io: Pick<Io, "cwd">): readonly NewFile[] {
  const { deployment, packageManager } = project;
  const view = projectView({
    ...project,
    packageManager: PACKAGE_MANAGERS[packageManager],
    sfs3Version: `^${VERSION}`,
  });
  const things = ["project", `project-${deployment}`, OWN_FILES[packageManager]].filter((thing) => thing !== undefined);
  return [...things.flatMap((thing) => renderFiles(thing, view, io)), ...processFiles(project.process, io)];
}

/**
 * What a folder's name makes the names of package, stack and service: `Mein Café` is `mein-cafe`, `2nd_try` is
 * `app-2nd-try`.
 */
export function projectName(folder: string): string {
  const name = folder
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return /^[a-z]/.test(name) ? name : ["app", name].filter(Boolean).join("-");
}
