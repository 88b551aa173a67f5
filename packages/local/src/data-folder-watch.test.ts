import { expect, test } from "vitest";
import { watchDataFolder } from "./data-folder-watch.js";

const failure = (code: string) =>
  Object.assign(new Error(`${code}: no, write`), { code, syscall: "write" }) satisfies NodeJS.ErrnoException;

function watched() {
  const warnings: string[] = [];
  let nowMs = 0;
  const watch = watchDataFolder({ folder: "/data", warn: (message) => warnings.push(message), now: () => nowMs });
  return {
    ...watch,
    warnings,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const FULL =
  "The data folder /data cannot be written: the disk is full (ENOSPC: no, write). Make room on it. Until then whatever would be kept is refused.";
const READ_ONLY =
  "The data folder /data cannot be written: the file system is read-only (EROFS: no, write). Make it writable, or choose another folder. Until then whatever would be kept is refused.";
const AGAIN = "The data folder /data can be written again.";

test("a folder that cannot be written is told once, and once that it can be again", () => {
  const { failed, written, pass, warnings } = watched();

  written();
  for (let writes = 0; writes < 3; writes++) failed(failure("ENOSPC"));
  pass(5_000);
  for (let writes = 0; writes < 3; writes++) written();

  expect(warnings).toEqual([FULL, AGAIN]);
});

test("small writes that succeed among failing ones are no news", () => {
  const { failed, written, pass, warnings } = watched();

  for (let writes = 0; writes < 3; writes++) {
    failed(failure("ENOSPC"));
    pass(4_999);
    written();
  }

  expect(warnings).toEqual([FULL]);
});

test("another reason is told too", () => {
  const { failed, warnings } = watched();

  for (const code of ["ENOSPC", "EROFS", "EROFS"]) failed(failure(code));

  expect(warnings).toEqual([FULL, READ_ONLY]);
});

test("a write that fails rejects with what there is to do, and with the error of the file system as its cause", async () => {
  const { writing } = watched();
  const cause = failure("EDQUOT");

  const write = writing(() => Promise.reject(cause));

  await expect(write).rejects.toMatchObject({ name: "DataFolderError", code: "EDQUOT", cause });
});

test.each([failure("ECONNRESET"), failure("ENOENT"), new TypeError("a mistake")])(
  "of what the folder is not to blame for, such as %s, nothing is said",
  async (error) => {
    const { writing, warnings } = watched();

    await expect(writing(() => Promise.reject(error))).rejects.toBe(error);

    expect(warnings).toEqual([]);
  },
);
