import type { PackageManagerCommands } from "@sfs3/templates";

/** The package managers, with their commands as a user types them. */
export const PACKAGE_MANAGERS = {
  npm: { name: "npm", script: "npm", exec: "npx" },
  pnpm: { name: "pnpm", script: "pnpm", exec: "pnpm exec" },
  yarn: { name: "yarn", script: "yarn", exec: "yarn" },
  // `bun test` is a test runner of its own.
  bun: { name: "bun", script: "bun run", exec: "bunx" },
} as const satisfies Record<string, PackageManagerCommands>;

export type PackageManager = keyof typeof PACKAGE_MANAGERS;

export const isPackageManager = (name: string): name is PackageManager => Object.hasOwn(PACKAGE_MANAGERS, name);

type Env = Readonly<Record<string, string | undefined>>;

/** The one that runs this command: each tells in `npm_config_user_agent`, as `pnpm/10.34.9 npm/? node/v22.1.0`. */
export function detectPackageManager(env: Env): PackageManager {
  const [name = ""] = env.npm_config_user_agent?.split("/") ?? [];
  return isPackageManager(name) ? name : "npm";
}

/**
 * What runs a package manager: the very program that runs this command where it is the same one, since `npx pnpm` and
 * Corepack put none on the PATH for others.
 */
export function packageManagerProgram(name: PackageManager, env: Env): readonly [command: string, ...args: string[]] {
  const running = env.npm_execpath;
  const isScript = running !== undefined && /\.[cm]?js$/.test(running);
  return isScript && detectPackageManager(env) === name ? [process.execPath, running] : [name];
}
