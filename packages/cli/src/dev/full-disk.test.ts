import { spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

const SFS3 = fileURLToPath(new URL("../../bin/sfs3.js", import.meta.url));
const RUN = ["run", "flow.mjs", "--input", '{"foo":"bar"}', "--data", "data"];
const FLOW = {
  "flow.mjs": module('export const process = orders.step(step("only", () => ({ text: "done" })));'),
};

/** Runs the command where no file grows: writes fail there as on a disk that is full. */
function runWithoutRoom(cwd: string, args: readonly string[]) {
  const limited = ["--fsize=0:unlimited", process.execPath, SFS3, ...args];
  const { status, stdout, stderr } = spawnSync("/usr/bin/prlimit", limited, { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

describe.runIf(existsSync("/usr/bin/prlimit"))("without room on the disk", () => {
  test.each([RUN, ["dev", "flow.mjs", "--port", "0", "--data", "data"]])(
    "sfs3 %s is refused in one line",
    (...args) => {
      const project = useProject(FLOW);

      const { status, stdout, stderr } = runWithoutRoom(project.folder, args);

      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^The embedded stack does not start: The data folder .* Raise the limit of file sizes .*\n$/,
      );
    },
  );

  test("nothing half-written is left that keeps the next from starting", async () => {
    const project = useProject(FLOW);
    runWithoutRoom(project.folder, ["dev", "flow.mjs", "--port", "0", "--data", "data"]);

    const ended = await project.sfs3(["dev", "flow.mjs", "--port", "0", "--data", "data", "--exec", "exit 0"]);

    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Ready after") });
  });
});

test.runIf(existsSync("/dev/full"))("talk that finds no room is left out, and the work is done", () => {
  const project = useProject(FLOW);

  const { status, stdout } = spawnSync(process.execPath, [SFS3, ...RUN], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", openSync("/dev/full", "w")],
    encoding: "utf8",
  });

  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ "only-output": { text: "done" } });
});
