import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startLocalStack } from "@sfs3/local";
import { expect, onTestFinished, test, vi } from "vitest";
import { writeBundle } from "./bundle.js";
import { ENTRY } from "./fixtures/synthesized.js";
import { stepSource } from "./handler-source.js";
import { DeploymentError } from "./index.js";
import { stepModule } from "./step-module.js";

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sfs3-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const bundled = (step: string): string => {
  const folder = useFolder();
  writeBundle(stepSource(step, stepModule(ENTRY, step)), {}, folder);
  return folder;
};

test("a step's bundle is its handler, which runs as it is where S3 is", async () => {
  const stack = await startLocalStack({ dataDir: useFolder() });
  onTestFinished(() => stack.close());
  await stack.s3.createBucket("orders");
  await stack.s3.putObject("orders", "0x1", Buffer.from('{"orderId":"17","reserve-output":{"shelf":"a"}}'));
  const variables = {
    ...stack.environment,
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    IOT_ENDPOINT: "127.0.0.1",
  };
  for (const [name, value] of Object.entries({ ...variables, BUCKET_NAME: "orders", TOPIC_ROOT: "orders" })) {
    vi.stubEnv(name, value);
  }
  onTestFinished(() => void vi.unstubAllEnvs());

  const { handler } = await import(pathToFileURL(join(bundled("charge"), "index.mjs")).href);

  expect(await handler({ processData: "0x1" })).toMatchObject({ processData: "0x1" });
  const sidecar = await stack.s3.getObject("orders", "0x1");
  expect(JSON.parse(String(sidecar?.body))).toMatchObject({ "charge-output": { receipt: "receipt of 17" } });
});

test("the same sources give the same bytes, wherever they are written to", () => {
  const [one, other] = [bundled("reserve"), bundled("reserve")].map((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name), "utf8")]),
  );

  expect(one).toEqual(other);
  expect(one?.map(([name]) => name)).toContain("index.mjs.map");
});

test("what does not bundle is refused in esbuild's own words", () => {
  const source = { label: "Step 'reserve'", code: 'export * from "./absent.js";', folder: ENTRY };

  expect(() => writeBundle(source, {}, useFolder())).toThrow(DeploymentError);
  expect(() => writeBundle(source, {}, useFolder())).toThrow(/Step 'reserve' cannot be bundled: [\s\S]*absent\.js/);
});
