import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createLambda, type Lambda } from "@sfs3/local";
import { expect, onTestFinished, test } from "vitest";
import { deferred } from "../fixtures/deferred.js";
import { useFolder } from "../fixtures/use-stack.js";

function useLambda(options: { readonly inline?: boolean } = {}): Lambda {
  const lambda = createLambda({ region: "us-east-1", accountId: "123456789012", maxWorkers: 2, ...options });
  onTestFinished(lambda.close);
  return lambda;
}

/** A handler in a module that imports another, and asks a gate before it answers where an event names one. */
async function useSources() {
  const folder = await useFolder();
  const module = join(folder, "handler.mjs");
  const write = async (version: string) => {
    await writeFile(join(folder, "version.mjs"), `export const version = ${JSON.stringify(version)};`);
  };
  await writeFile(
    module,
    `import { threadId } from "node:worker_threads";
     import { version } from "./version.mjs";
     export const handler = async ({ gate }) => {
       if (gate) await (await fetch(gate)).text();
       return { version, threadId, word: process.env.WORD };
     };`,
  );
  await write("old");
  return { handler: { module, path: ["handler"] }, write };
}

/** A URL whose answer waits until the test lets it go. */
async function useGate() {
  const reached = deferred<void>();
  const opened = deferred<void>();
  const server = createServer(async (_request, response) => {
    reached.resolve();
    await opened.promise;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, reached: reached.promise, open: opened.resolve };
}

const invoke = async (lambda: Lambda, event: unknown = {}) =>
  JSON.parse((await lambda.invoke("work", JSON.stringify(event))).payload);

test("an update serves what the module and those it imports say now", async () => {
  const { handler, write } = await useSources();
  const lambda = useLambda();
  lambda.createFunction({ name: "work", handler });
  const first = await invoke(lambda);
  await write("new");
  const warm = await invoke(lambda);

  lambda.updateFunction("work");

  const swapped = await invoke(lambda);
  expect([first.version, warm.version, swapped.version]).toEqual(["old", "old", "new"]);
  expect(swapped.threadId).not.toBe(first.threadId);
});

test("an invocation under way ends on the old code, whose worker serves no other", async () => {
  const { handler, write } = await useSources();
  const gate = await useGate();
  const lambda = useLambda();
  lambda.createFunction({ name: "work", handler });
  const underWay = invoke(lambda, { gate: gate.url });
  await gate.reached;
  await write("new");

  lambda.updateFunction("work");
  const during = await invoke(lambda);
  gate.open();
  const old = await underWay;
  const after = await Promise.all([invoke(lambda), invoke(lambda)]);

  expect(old.version).toBe("old");
  expect([during, ...after].map(({ version }) => version)).toEqual(["new", "new", "new"]);
  expect(after.map(({ threadId }) => threadId)).not.toContain(old.threadId);
});

test("an update changes settings too, and keeps those it leaves out", async () => {
  const { handler } = await useSources();
  const lambda = useLambda();
  lambda.createFunction({ name: "work", handler, environment: { WORD: "old" }, memoryMb: 256 });

  const updated = lambda.updateFunction("work", { environment: { WORD: "new" }, timeoutSeconds: 9 });

  expect(updated).toMatchObject({ name: "work", memoryMb: 256, timeoutSeconds: 9 });
  expect((await invoke(lambda)).word).toBe("new");
});

test("an update of what is not there, or to what is no function, is refused", async () => {
  const { handler } = await useSources();
  const lambda = useLambda();
  lambda.createFunction({ name: "work", handler });

  expect(() => lambda.updateFunction("absent")).toThrow("Function not found");
  expect(() => lambda.updateFunction("work", { timeoutSeconds: 0 })).toThrow("its timeout must be 1 to 900");
  expect((await invoke(lambda)).version).toBe("old");
});

test("handlers that run inline cannot be swapped, and say so", async () => {
  const { handler } = await useSources();
  const lambda = useLambda({ inline: true });
  lambda.createFunction({ name: "work", handler });

  expect(() => lambda.updateFunction("work")).toThrow("leave out lambda.inline to swap their code");
});
