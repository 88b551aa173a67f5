import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createS3 } from "../create-s3.js";
import { temporaryFolder } from "../fixtures/serve.js";

// Writes four keys over and over, each body one byte repeated, and says so after each write.
const WRITER = `
  import { createS3 } from "@sfs3/local";
  const s3 = await createS3({ dataDir: process.argv[1] });
  await s3.createBucket("documents");
  let writes = 0;
  const rewrite = async (key) => {
    for (;;) {
      await s3.putObject("documents", key, Buffer.alloc(300_000 + (writes % 97) * 1000, ++writes));
      process.stdout.write(".");
    }
  };
  await Promise.all(["a", "b", "c", "d"].map(rewrite));
`;

async function killWhileWriting(dataDir: string, afterWrites: number): Promise<void> {
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const writer = spawn(process.execPath, ["--input-type=module", "-e", WRITER, dataDir], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let writes = 0;
  writer.stdout.on("data", (dots: Buffer) => {
    writes += dots.length;
    if (writes >= afterWrites) writer.kill("SIGKILL");
  });
  const [, signal] = await once(writer, "exit");
  expect(signal).toBe("SIGKILL");
}

test("a process killed while it writes leaves every object whole, old or new", async () => {
  const dataDir = await temporaryFolder();
  const warnings: string[] = [];

  for (const afterWrites of [5, 13]) {
    await killWhileWriting(dataDir, afterWrites);
    const s3 = await createS3({ dataDir, warn: (message) => warnings.push(message) });

    expect(s3.listKeys("documents").length).toBeGreaterThan(0);
    for (const key of s3.listKeys("documents")) {
      const object = await s3.getObject("documents", key);
      expect(object?.etag).toBe(
        `"${createHash("md5")
          .update(object?.body ?? "")
          .digest("hex")}"`,
      );
      expect(new Set(object?.body).size).toBe(1);
    }
    await s3.close();
  }

  expect(warnings).toEqual([]);
  await rm(dataDir, { recursive: true });
});
