import { fileURLToPath } from "node:url";
import { main } from "@sfs3/cli";
import { expect, test } from "vitest";
import { processA as broken } from "./broken-step-c.js";
import { deploy } from "./fixtures/use-stack.js";

const BROKEN = new URL("./broken-step-c.ts", import.meta.url);
const MENDED = new URL("../src/flow.ts", import.meta.url);

/** Runs the command, as bin/sfs3.js does, against a stack. */
async function sfs3(url: string, ...args: readonly string[]) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const exitCode = await main([...args, "--endpoint", url], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    signal: new AbortController().signal,
  });
  return { exitCode, stdout: stdout.join(""), stderr: stderr.join("") };
}

test("a step of ProcessA that failed is replayed on the data it saw, before it is mended and after, and writes nothing", async () => {
  const { run, stack, document } = await deploy(BROKEN, { processA: broken });
  await stack.s3.putBucketVersioning("sfs3", "Enabled");
  const { txnId } = await run(broken, { foo: "foo val", bar: "bar val" }, "worker1");
  const before = { etag: stack.s3.headObject("sfs3", txnId)?.etag, keys: stack.s3.listKeys("sfs3") };
  const replay = (module: URL) => sfs3(stack.url, "replay", txnId, fileURLToPath(module), "--step", "step-c");

  const status = await sfs3(stack.url, "status", txnId);
  const failed = await replay(BROKEN);
  const mended = await replay(MENDED);

  expect(status.stdout).toContain(`${txnId} FAILED in 'step-c': RangeError: cannot like 2 properties`);
  expect(failed.exitCode).toBe(2);
  expect(failed.stderr).toContain(`step-c of ${txnId} failed: RangeError: cannot like 2 properties`);
  expect(failed.stderr).toContain("test/broken-step-c.ts:");
  expect(mended.exitCode, mended.stderr).toBe(0);
  expect(JSON.parse(mended.stdout)).toEqual({ cProperty: "i like c" });
  expect(mended.stderr).toContain(
    `It would have published on processa/worker1/${txnId}/step-c; nothing was published.`,
  );
  expect({ etag: stack.s3.headObject("sfs3", txnId)?.etag, keys: stack.s3.listKeys("sfs3") }).toEqual(before);
  expect(await document(txnId)).not.toHaveProperty("step-c-output");
});
