import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { LOCK_FILE } from "./lock-file.js";

/** Where a module's lock file belongs: beside the nearest `package.json` above it; beside the module where there is none. */
export const lockPathOf = (module: string): string =>
  join(packageFolder(dirname(module)) ?? dirname(module), LOCK_FILE);

function packageFolder(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : packageFolder(above);
}
