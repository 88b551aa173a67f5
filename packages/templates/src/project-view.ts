import type { ProcessView } from "./process-view.js";
import type { View } from "./view.js";

/** With what a project is deployed. */
export type Deployment = "cdk" | "serverless";

/** The commands of a package manager, as a user types them. */
export interface PackageManagerCommands {
  /** Before `run <script>` and `install`. */
  readonly name: string;
  /** Before `test` and `start`. */
  readonly script: string;
  /** Before a command of an installed package. */
  readonly exec: string;
}

/** What a project is made from. */
export interface ProjectOptions {
  /** Names the package, the stack and the service: a letter, then letters, digits and hyphens. */
  readonly name: string;
  /** The first process; the templates of `process` make it. */
  readonly process: ProcessView;
  readonly deployment: Deployment;
  readonly packageManager: PackageManagerCommands;
  /** Versions of the sfs3 packages, as `package.json` takes them. */
  readonly sfs3Version: string;
}

/** The view of the templates `project`, `project-cdk` and `project-serverless`. */
export const projectView = (options: ProjectOptions): View => ({
  name: options.name,
  process: options.process.name,
  identifier: options.process.identifier,
  typeName: options.process.typeName,
  step: options.process.step,
  packageManager: options.packageManager.name,
  script: options.packageManager.script,
  exec: options.packageManager.exec,
  sfs3Version: options.sfs3Version,
  cdk: options.deployment === "cdk",
  serverless: options.deployment === "serverless",
});
