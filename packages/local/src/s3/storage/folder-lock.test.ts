import { spawnSync } from "node:child_process";
import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../fixtures/serve.js";
import { lockFolder } from "./folder-lock.js";

async function useFolder(lock?: string): Promise<string> {
  const folder = await temporaryFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  if (lock !== undefined) await writeFile(join(folder, ".lock"), lock);
  return folder;
}

const lockOf = (folder: string) => readFile(join(folder, ".lock"), "utf8");

test("a folder is one's own, under each of its names, until it is released", async () => {
  const folder = await useFolder();
  const link = join(await useFolder(), "link");
  await symlink(folder, link);

  const release = await lockFolder(folder);
  for (const name of [folder, link]) await expect(lockFolder(name)).rejects.toThrow(`${name} is in use by process`);
  await Promise.all([release(), release()]);

  const again = await lockFolder(folder);
  await release();
  expect(await lockOf(folder)).toBe(String(process.pid));
  await again();
  expect(await readdir(folder)).toEqual([]);
});

test("of two who lock a folder at once, one gets it", async () => {
  const folder = await useFolder();

  const outcomes = await Promise.allSettled([lockFolder(folder), lockFolder(folder)]);

  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  for (const outcome of outcomes) if (outcome.status === "fulfilled") await outcome.value();
});

test("the lock of a process that lives is left alone, and the refusal says the way out", async () => {
  const folder = await useFolder(String(process.ppid));

  await expect(lockFolder(folder)).rejects.toThrow(
    `${folder} is in use by process ${process.ppid}; use another folder or stop it. If it is no process of yours, remove ${join(folder, ".lock")}.`,
  );

  expect(await lockOf(folder)).toBe(String(process.ppid));
});

test("the lock of a process that is gone is taken over", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const folder = await useFolder(String(pid));

  const release = await lockFolder(folder);

  expect(await lockOf(folder)).toBe(String(process.pid));
  expect(await readdir(folder)).toEqual([".lock"]);
  await release();
});

test("so is one of this process's id that an earlier process left", async () => {
  const folder = await useFolder(String(process.pid));

  const release = await lockFolder(folder);
  await release();

  expect(await readdir(folder)).toEqual([]);
});
