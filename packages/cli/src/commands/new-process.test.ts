import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { useProject } from "../fixtures/use-project.js";

/** A project as `sfs3 init` makes it. */
async function useMadeProject(...options: readonly string[]) {
  const project = useProject({});
  await project.sfs3(["init", ".", "--no-install", ...options]);
  const textOf = (name: string) => readFileSync(project.path(name), "utf8");
  const names = () =>
    readdirSync(project.folder, { recursive: true, encoding: "utf8" })
      .filter((name) => !name.startsWith("node_modules"))
      .sort();
  return { ...project, textOf, names };
}

describe("a new process", () => {
  test("is added to the flows, to what is deployed, and to the definitions", async () => {
    const { sfs3, textOf } = await useMadeProject();

    const { exitCode, stderr } = await sfs3(["new", "process", "order-intake", "--step", "validate"]);

    expect(exitCode, stderr).toBe(0);
    expect(textOf("src/flows.ts")).toMatch(/\nexport \{ orderIntake \} from "\.\/order-intake\/flow\.js";\n$/);
    expect(textOf("deploy/app.ts")).toMatch(
      /\nnew Sfs3Process\(stack, "OrderIntake", \{ flow: flows\.orderIntake, entry: "src\/order-intake\/steps" \}\);\n$/,
    );
    expect(JSON.parse(textOf("asl/OrderIntake.asl.json")).StartAt).toBe("validate");
    expect(Object.keys(JSON.parse(textOf("sfs3.lock.json")).flows)).toEqual(["Hello", "OrderIntake"]);
    expect(stderr).toContain(
      "Run it: sfs3 run src/flows.ts --flow OrderIntake --input src/order-intake/input.example.json\n",
    );
  });

  test("runs as it is made", async () => {
    const { sfs3 } = await useMadeProject();
    await sfs3(["new", "process", "orders"]);

    const input = "src/orders/input.example.json";
    const { exitCode, stdout } = await sfs3(["run", "src/flows.ts", "--flow", "Orders", "--input", input]);

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: "17", "reserve-output": { status: "ok" } });
  });

  test("leaves the default flow what it was, and needs no entry where osls deploys", async () => {
    const { sfs3, textOf, names } = await useMadeProject("--deploy", "serverless");

    await sfs3(["new", "process", "orders"]);
    const { stdout } = await sfs3(["gen-asl", "src/flows.ts"]);

    expect(JSON.parse(stdout).StartAt).toBe("greet");
    expect(names()).toContain("asl/Orders.asl.json");
    expect(textOf("serverless.yml")).not.toContain("rders");
  });

  test("goes behind the last process of the app, whatever the stack is called, and changes nothing else", async () => {
    const { sfs3, path, textOf } = await useMadeProject();
    const app = textOf("deploy/app.ts")
      .replaceAll("stack", "main")
      .replace("new Sfs3Process", "// kept\nexport const first = new Sfs3Process")
      .concat("\napp.synth(); // the end");
    writeFileSync(path("deploy/app.ts"), app);

    await sfs3(["new", "process", "orders"]);

    const added = 'new Sfs3Process(main, "Orders", { flow: flows.orders, entry: "src/orders/steps" });\n';
    expect(textOf("deploy/app.ts").replace(added, "")).toBe(app);
    expect(textOf("deploy/app.ts")).toContain(`steps" });\n${added}\napp.synth`);
  });

  test("is left to be added to an app that is too clever, which is said, with all else done", async () => {
    const { sfs3, path, textOf, names } = await useMadeProject();
    const app = textOf("deploy/app.ts").replace("new Sfs3Process", "if (process.env.CI) new Sfs3Process");
    writeFileSync(path("deploy/app.ts"), app);

    const { exitCode, stderr } = await sfs3(["new", "process", "orders"]);

    expect(exitCode).toBe(3);
    expect(stderr).toContain("src/orders is made, but deploy/app.ts could not be edited");
    expect(stderr).toContain(
      '  new Sfs3Process(stack, "Orders", { flow: flows.orders, entry: "src/orders/steps" });\n',
    );
    expect(textOf("deploy/app.ts")).toBe(app);
    expect(names()).toContain("asl/Orders.asl.json");
  });

  test("is printed with its changes, and not made, by --dry-run", async () => {
    const { sfs3, names } = await useMadeProject();
    const before = names();

    const { exitCode, stdout } = await sfs3(["new", "process", "orders", "--dry-run"]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain("// src/orders/flow.ts\n");
    expect(stdout).toContain('\n+export { orders } from "./orders/flow.js";\n');
    expect(stdout).toContain('\n+new Sfs3Process(stack, "Orders"');
    expect(names()).toEqual(before);
  });

  test("of the name of its step, or one that is a word of the language, gets another constant", async () => {
    const { sfs3, textOf } = await useMadeProject();

    const same = await sfs3(["new", "process", "reserve"]);
    const word = await sfs3(["new", "process", "class"]);

    expect([same.exitCode, word.exitCode]).toEqual([0, 0]);
    expect(textOf("src/flows.ts")).toContain('export { processReserve } from "./reserve/flow.js";');
    expect(textOf("src/flows.ts")).toContain('export { processClass } from "./class/flow.js";');
  });
});

describe("nothing is written where", () => {
  test("a file exists: it is named", async () => {
    const { sfs3, names } = await useMadeProject("--process", "orders");
    const before = names();

    const { exitCode, stderr } = await sfs3(["new", "process", "orders"]);

    expect(exitCode).toBe(1);
    expect(stderr).toBe("src/flows.ts exports 'orders' already; nothing was written. Choose another name.\n");
    expect(names()).toEqual(before);
  });

  test("the flows export the same constant for another name", async () => {
    const { sfs3 } = await useMadeProject("--process", "order-intake");

    const { exitCode, stderr } = await sfs3(["new", "process", "orderIntake"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("src/flows.ts exports 'orderIntake' already");
  });

  test("a flow of the project does not load: it is told, and all is as it was", async () => {
    const { sfs3, path, names, textOf } = await useMadeProject();
    writeFileSync(path("src/hello/input.ts"), "export const = 1;");
    const before = [names(), textOf("src/flows.ts"), textOf("deploy/app.ts")];

    const { exitCode, stderr } = await sfs3(["new", "process", "orders"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("src/flows.ts does not load");
    expect(stderr).toContain("\nNothing was changed.\n");
    expect([names(), textOf("src/flows.ts"), textOf("deploy/app.ts")]).toEqual(before);
  });

  test("there is no project", async () => {
    const { sfs3, path } = useProject({});

    const { exitCode, stderr } = await sfs3(["new", "process", "orders"]);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^There is no src\/flows\.ts in .+\. Run this in the root of a project, or make one: sfs3 init/,
    );
    expect(existsSync(path("src"))).toBe(false);
  });

  test.each([
    [["über uns"], "Try: sfs3 new process uber-uns"],
    [
      ["n".repeat(64)],
      `1 to 57 characters A-Z a-z 0-9 _ -, with a letter or digit among them. Try: sfs3 new process ${"n".repeat(57)}`,
    ],
    [["orders", "--step", "a/b"], "Try: sfs3 new process orders --step a-b"],
  ])("a name is not one: %j", async (args, message) => {
    const { sfs3, names } = await useMadeProject();
    const before = names();

    const { exitCode, stderr } = await sfs3(["new", "process", ...args]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(names()).toEqual(before);
  });
});
