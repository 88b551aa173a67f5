import { expect, test } from "vitest";
import { packageManagerProgram } from "./package-manager.js";

const PNPM = { npm_config_user_agent: "pnpm/10.34.9 npm/? node/v22.1.0", npm_execpath: "/cache/pnpm/bin/pnpm.cjs" };

test("the package manager that runs the command runs again, though the PATH may not have it", () => {
  expect(packageManagerProgram("pnpm", PNPM)).toEqual([process.execPath, "/cache/pnpm/bin/pnpm.cjs"]);
});

test.each([
  ["another one", "npm", PNPM],
  ["one that runs nothing", "pnpm", {}],
  ["one that is no script", "bun", { npm_config_user_agent: "bun/1.3.0", npm_execpath: "/usr/bin/bun" }],
] as const)("%s is found on the PATH", (_, name, env) => {
  expect(packageManagerProgram(name, env)).toEqual([name]);
});
