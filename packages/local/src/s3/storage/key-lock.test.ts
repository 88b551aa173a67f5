import { expect, test } from "vitest";
import { createKeyLock } from "./key-lock.js";

test("calls for one key run one after another, in order", async () => {
  const lock = createKeyLock();
  const events: string[] = [];
  const critical = (name: string) => async () => {
    events.push(`${name} in`);
    await new Promise(setImmediate);
    events.push(`${name} out`);
  };

  await Promise.all([lock("k", critical("a")), lock("k", critical("b")), lock("k", critical("c"))]);

  expect(events).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
});

test("a failure reaches its caller and does not hold up the next", async () => {
  const lock = createKeyLock();

  const failed = lock("k", () => Promise.reject(new Error("broken")));
  const next = lock("k", async () => "done");

  await expect(failed).rejects.toThrow("broken");
  expect(await next).toBe("done");
});

test("keys do not wait for each other", async () => {
  const lock = createKeyLock();
  let release: () => void = () => undefined;
  const held = lock(
    "a",
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );

  expect(await lock("b", async () => "free")).toBe("free");

  release();
  await held;
});
