import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Ask } from "../ask.js";
import { NODE_MODULES, useProject } from "../fixtures/use-project.js";
import { VERSION } from "../version.js";

const NO_INSTALL = "--no-install";

function useFolder(files: Readonly<Record<string, string>> = {}) {
  const { path, sfs3 } = useProject(files);
  const names = (folder = "my-app") =>
    existsSync(path(folder))
      ? readdirSync(path(folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(path(folder).length + 1))
          .sort()
      : [];
  return { path, sfs3, names, textOf: (name: string) => readFileSync(path(name), "utf8") };
}

const processNames = (name: string, step: string) =>
  ["flow.test.ts", "flow.ts", "input.example.json", "input.ts", `steps/${step}.test.ts`, `steps/${step}.ts`].map(
    (file) => `src/${name}/${file}`,
  );

describe("a project", () => {
  test("has the CDK's files and a process that says hello, where nothing is said", async () => {
    const { sfs3, names, textOf } = useFolder();

    const { exitCode, stdout, stderr } = await sfs3(["init", "my-app", NO_INSTALL]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain("Made. Next:\n\n  cd my-app\n  npm install\n  npm test\n  npm start\n");
    const common = [".gitignore", "README.md", "package.json", "tsconfig.json", "src/flows.ts"];
    const deployment = ["cdk.json", "deploy/app.ts"];
    expect(names()).toEqual([...common, ...deployment, ...processNames("hello", "greet")].sort());
    expect(JSON.parse(textOf("my-app/package.json"))).toMatchObject({
      name: "my-app",
      dependencies: { "@sfs3/sdk": `^${VERSION}` },
    });
    expect(textOf("my-app/src/flows.ts")).toContain('export { hello, hello as default } from "./hello/flow.js";');
  });

  test("is what the options say", async () => {
    const { sfs3, names, textOf } = useFolder();
    const options = ["--process", "order-intake", "--deploy", "serverless", "--package-manager", "pnpm"];

    const { stderr } = await sfs3(["init", "my-app", NO_INSTALL, ...options]);

    expect(stderr).toContain("  pnpm install\n  pnpm test\n");
    expect(names()).toEqual(
      expect.arrayContaining(["serverless.yml", "pnpm-workspace.yaml", ...processNames("order-intake", "reserve")]),
    );
    expect(names()).not.toContain("cdk.json");
    expect(textOf("my-app/src/order-intake/flow.ts")).toContain('export const orderIntake = flow("OrderIntake", {');
    expect(JSON.parse(textOf("my-app/package.json")).scripts.synth).toBe("pnpm run gen-asl && osls package");
  });

  test.each([
    ["pnpm/10.34.9 npm/? node/v22.1.0 linux x64", "pnpm run gen-asl"],
    ["yarn/4.9.1 npm/? node/v22.1.0 linux x64", "yarn run gen-asl"],
    ["bun/1.3.0 npm/? node/v24.3.0 linux x64", "bun run gen-asl"],
    ["other/1.0", "npm run gen-asl"],
  ])("is made for the package manager that runs the command: %s", async (npm_config_user_agent, script) => {
    const { sfs3, textOf } = useFolder();

    await sfs3(["init", "my-app", NO_INSTALL], { env: { npm_config_user_agent } });

    expect(JSON.parse(textOf("my-app/package.json")).scripts.synth).toContain(script);
  });

  test("may be made in a folder that is there, beside what it does not touch", async () => {
    const { sfs3, names } = useFolder({ "my-app/LICENSE": "mine" });

    expect((await sfs3(["init", "my-app", NO_INSTALL])).exitCode).toBe(0);
    expect(names()).toContain("LICENSE");
  });

  test.each([
    ["Mein Café", "mein-cafe"],
    ["my_app", "my-app"],
    ["2nd", "app-2nd"],
    ["東京", "app"],
  ])("in the folder '%s' is called %s: so may packages, stacks and services be", async (folder, name) => {
    const { sfs3, textOf } = useFolder();

    await sfs3(["init", folder, NO_INSTALL]);

    expect(JSON.parse(textOf(`${folder}/package.json`)).name).toBe(name);
    expect(textOf(`${folder}/deploy/app.ts`)).toContain(`new Stack(app, "${name}")`);
  });

  test("is printed, and not made, by --dry-run", async () => {
    const { sfs3, names } = useFolder();

    const { exitCode, stdout } = await sfs3(["init", "my-app", "--dry-run"]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('// my-app/src/hello/input.ts\nimport * as z from "zod";\n');
    expect(names()).toEqual([]);
  });

  test("is made by templates of one's own where there are such", async () => {
    const { sfs3, textOf } = useFolder({ ".sfs3/templates/project/README.md.mustache": "# {{name}}, ours" });

    await sfs3(["init", "my-app", NO_INSTALL]);

    expect(textOf("my-app/README.md")).toBe("# my-app, ours");
  });
});

describe("nothing is written where", () => {
  test("a file exists: it is named", async () => {
    const { sfs3, names, textOf } = useFolder({ "my-app/package.json": "mine", "my-app/src/flows.ts": "mine" });

    const { exitCode, stderr } = await sfs3(["init", "my-app", NO_INSTALL]);

    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        "my-app/package.json and my-app/src/flows.ts exist already; nothing was written. Choose another folder.\n",
    });
    expect(names()).toEqual(["package.json", "src/flows.ts"]);
    expect(textOf("my-app/package.json")).toBe("mine");
  });

  test.each([
    ["Bestellungen für heute", "Try: sfs3 init --process Bestellungen-fur-heute"],
    [
      "n".repeat(58),
      `1 to 57 characters A-Z a-z 0-9 _ -, with a letter or digit among them. Try: sfs3 init --process ${"n".repeat(57)}`,
    ],
    ["../up", "Try: sfs3 init --process up"],
    ["", "Try: sfs3 init --process orders"],
  ])("the process's name is not one: '%s'", async (process, message) => {
    const { sfs3, names } = useFolder();

    const { exitCode, stderr } = await sfs3(["init", "my-app", NO_INSTALL, "--process", process]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(names()).toEqual([]);
  });

  test("there is no such deployment", async () => {
    const { sfs3, names } = useFolder();

    const { exitCode, stderr } = await sfs3(["init", "my-app", "--deploy", "terraform"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("Allowed choices are cdk, serverless.");
    expect(names()).toEqual([]);
  });
});

describe("questions", () => {
  const answering = (process: string, deployment: string) => {
    const asked: string[] = [];
    const ask: Ask = {
      text: async ({ message, refuse }) => {
        asked.push(message, String(refuse("not a name")), String(refuse(process)));
        return process;
      },
      choice: async ({ message, options }) => {
        asked.push(message);
        return options.find(({ value }) => value === deployment)?.value ?? expect.fail(`no ${deployment}`);
      },
    };
    return { ask, asked };
  };

  test("are asked on a terminal, for what is not given", async () => {
    const { sfs3, names } = useFolder();
    const { ask, asked } = answering("orders", "serverless");

    await sfs3(["init", "my-app", NO_INSTALL], { ask });

    expect(asked).toEqual([
      "What is your first process called?",
      expect.stringContaining("'not a name' cannot name a process"),
      "undefined",
      "How is it deployed?",
    ]);
    expect(names()).toEqual(expect.arrayContaining(["serverless.yml", ...processNames("orders", "reserve")]));
  });

  test.each([[["--yes"]], [["--process", "hello", "--deploy", "cdk"]]])("are not asked with %j", async (options) => {
    const { sfs3, names } = useFolder();
    const { ask, asked } = answering("orders", "serverless");

    await sfs3(["init", "my-app", NO_INSTALL, ...options], { ask });

    expect(asked).toEqual([]);
    expect(names()).toEqual(expect.arrayContaining(["cdk.json", ...processNames("hello", "greet")]));
  });
});

describe.skipIf(process.platform === "win32")("installing", () => {
  /** A package manager that does what `script` says. */
  function usePackageManager(name: string, script: string) {
    const { path } = useProject({ [name]: `#!/bin/sh\n${script}\n` });
    chmodSync(path(name), 0o755);
    return { PATH: `${dirname(path(name))}:/usr/bin:/bin` };
  }

  test("comes next, and then the definitions", async () => {
    const { sfs3, textOf } = useFolder();
    const env = usePackageManager("npm", `echo "installing: $*"; ln -s "${NODE_MODULES}" node_modules`);

    const { exitCode, stderr } = await sfs3(["init", "my-app"], { env });

    expect(exitCode).toBe(0);
    expect(stderr).toContain("installing: install\n");
    expect(stderr).not.toContain("  npm install\n");
    expect(JSON.parse(textOf("my-app/asl/Hello.asl.json")).StartAt).toBe("greet");
    expect(Object.keys(JSON.parse(textOf("my-app/sfs3.lock.json")).flows)).toEqual(["Hello"]);
  });

  test("that fails leaves the project, and says how to go on", async () => {
    const { sfs3, names, path } = useFolder();

    const failed = await sfs3(["init", "my-app"], { env: usePackageManager("npm", "echo no network >&2; exit 7") });

    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toBe(
      "no network\nnpm install ended with 7. The project is made, its dependencies are not installed. " +
        `To go on, in ${path("my-app")}: npm install && npm run gen-asl\n`,
    );
    expect(names()).toContain("package.json");
  });

  test("that is interrupted ends what installs, and leaves the project", async () => {
    const { sfs3, names } = useFolder();
    const interruption = new AbortController();
    const env = usePackageManager("npm", "echo installing; exec sleep 600");
    const onStderr = (text: string) => text.includes("installing") && interruption.abort("SIGINT");

    const { exitCode, stderr } = await sfs3(["init", "my-app"], { env, signal: interruption.signal, onStderr });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("npm install was interrupted. The project is made");
    expect(names()).toContain("package.json");
  });

  test("with what is not there says so", async () => {
    const { sfs3 } = useFolder();

    const { exitCode, stderr } = await sfs3(["init", "my-app", "--package-manager", "bun"], {
      env: { PATH: "/nowhere" },
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("bun cannot be run: it is not on the PATH. The project is made");
  });
});
