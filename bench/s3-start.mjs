import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createS3 } from "@sfs3/local";

// Prints how long an embedded S3 takes to open a folder of 10,000 objects (or of the number given).

const OBJECTS = Number(process.argv[2] ?? 10_000);
const AT_ONCE = 100;
const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));

try {
  await write(await createS3({ dataDir }));
  for (let run = 1; run <= 3; run++) {
    const start = performance.now();
    const s3 = await createS3({ dataDir });
    console.log(`${s3.listKeys("documents").length} objects: open after ${(performance.now() - start).toFixed(0)} ms`);
    await s3.close();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

async function write(s3) {
  await s3.createBucket("documents");
  for (let first = 0; first < OBJECTS; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, OBJECTS - first) }, (_, index) => first + index);
    await Promise.all(numbers.map((n) => s3.putObject("documents", `process-${n}`, JSON.stringify({ n }))));
  }
  await s3.close();
}
