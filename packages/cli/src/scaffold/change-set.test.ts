import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { useProject } from "../fixtures/use-project.js";
import { applyChanges, describeChanges, refuseExisting } from "./change-set.js";

const useFolder = (files: Readonly<Record<string, string>> = {}) => {
  const { folder, path } = useProject(files);
  const names = () =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !name.startsWith("node_modules"));
  return { cwd: folder, path, names, textOf: (name: string) => readFileSync(path(name), "utf8") };
};

const edit = (path: string, before: string, after: string) => ({ path, before, after });

describe("applying", () => {
  test("makes the new files with their folders, and edits the others", async () => {
    const { cwd, textOf } = useFolder({ "flow.ts": "old" });

    await applyChanges(
      { create: [{ path: "src/a/b.ts", content: "b" }], edit: [edit("flow.ts", "old", "new")] },
      { cwd },
    );

    expect([textOf("src/a/b.ts"), textOf("flow.ts")]).toEqual(["b", "new"]);
  });

  test("puts files, folders and edits back where what depends on them fails, and keeps the reason", async () => {
    const { cwd, names, textOf } = useFolder({ "flow.ts": "old" });
    const seen: string[] = [];
    const reason = new Error("the flow is refused");

    const applied = applyChanges(
      { create: [{ path: "src/a/b.ts", content: "b" }], edit: [edit("flow.ts", "old", "new")] },
      { cwd },
      async () => {
        seen.push(textOf("flow.ts"), textOf("src/a/b.ts"));
        throw reason;
      },
    );

    await expect(applied).rejects.toMatchObject({
      name: "CliError",
      message: "the flow is refused\nNothing was changed.",
      cause: reason,
    });
    expect(seen).toEqual(["new", "b"]);
    expect(names()).toEqual(["flow.ts"]);
    expect(textOf("flow.ts")).toBe("old");
  });

  test("refuses a file that has changed since it was read, and takes the new ones back", async () => {
    const { cwd, names, textOf } = useFolder({ "flow.ts": "edited by hand" });

    const applied = applyChanges(
      { create: [{ path: "a.ts", content: "a" }], edit: [edit("flow.ts", "old", "new")] },
      { cwd },
    );

    await expect(applied).rejects.toThrow(
      "flow.ts has changed meanwhile, in an editor perhaps. Try again.\nNothing was",
    );
    expect(names()).toEqual(["flow.ts"]);
    expect(textOf("flow.ts")).toBe("edited by hand");
  });

  test("keeps what someone else put meanwhile into a folder that it made", async () => {
    const { cwd, path, names } = useFolder();

    const applied = applyChanges({ create: [{ path: "a/b/c.ts", content: "c" }], edit: [] }, { cwd }, async () => {
      writeFileSync(path("a/other.ts"), "mine");
      throw new Error("no");
    });

    await expect(applied).rejects.toThrow("Nothing was changed.");
    expect(names().sort()).toEqual(["a", "a/other.ts"]);
  });

  test("puts back what it can, and names what was changed under its hands", async () => {
    const { cwd, path, names, textOf } = useFolder({ "flow.ts": "old" });

    const applied = applyChanges(
      { create: [{ path: "a.ts", content: "a" }], edit: [edit("flow.ts", "old", "new")] },
      { cwd },
      async () => {
        writeFileSync(path("flow.ts"), "edited by hand");
        throw new Error("no");
      },
    );

    await expect(applied).rejects.toThrow("no\nNot all could be put back: flow.ts has changed meanwhile");
    expect(names()).toEqual(["flow.ts"]);
    expect(textOf("flow.ts")).toBe("edited by hand");
  });

  test("does not write through a link that leads nowhere, nor remove it", async () => {
    const { cwd, path, names } = useFolder();
    mkdirSync(path("src"));
    symlinkSync(path("nowhere"), path("src/b.ts"));

    const create = ["a", "b"].map((name) => ({ path: `src/${name}.ts`, content: name }));

    await expect(applyChanges({ create, edit: [] }, { cwd })).rejects.toThrow("src/b.ts cannot be written: EEXIST");
    expect(names().sort()).toEqual(["src", "src/b.ts"]);
  });

  test("says which file is not there to be edited", async () => {
    const { cwd } = useFolder();

    await expect(applyChanges({ create: [], edit: [edit("flow.ts", "old", "new")] }, { cwd })).rejects.toThrow(
      "flow.ts cannot be changed: ENOENT",
    );
  });
});

test("files that exist are refused by name, with the way out", () => {
  const { cwd } = useFolder({ "a.ts": "", "b.ts": "" });
  const files = ["a.ts", "b.ts", "c.ts"].map((path) => ({ path, content: "" }));

  expect(() => refuseExisting(files, { cwd }, "Choose another name.")).toThrow(
    "a.ts and b.ts exist already; nothing was written. Choose another name.",
  );
  expect(() => refuseExisting(files.slice(2), { cwd }, "")).not.toThrow();
});

test("what would be done is told as files and as a unified diff", () => {
  const changes = {
    create: [{ path: "a.ts", content: "a\n" }],
    edit: [edit("flow.ts", "one\ntwo\n", "one\nnew\ntwo\n"), edit("same.ts", "x", "x")],
  };

  expect(describeChanges(changes)).toMatchInlineSnapshot(`
    "// a.ts
    a

    Index: flow.ts
    ===================================================================
    --- flow.ts
    +++ flow.ts
    @@ -1,2 +1,3 @@
     one
    +new
     two
    "
  `);
});
