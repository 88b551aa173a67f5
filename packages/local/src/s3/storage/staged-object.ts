import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { type Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from "../checksums.js";
import type { Checksum } from "../crc.js";
import { encodeFooter } from "./footer.js";

// The key is locked while a body is sealed: what takes long to reach the disk goes there before.
const FLUSHED_EARLY_BYTES = 8 * 1024 * 1024;

/** A body that is on disk, but under no key yet. */
export interface StagedObject {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** Base64, for each algorithm that was asked for. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
  /** Completes the file: footer, then fsync, so that a rename can only ever show a whole object. */
  seal(record: object): Promise<void>;
  /** Removes the file, if it has not been renamed. */
  discard(): Promise<void>;
}

/** Where a body comes from; `decoders` stand between it and the disk. */
export interface BodySource {
  readonly source: Readable;
  readonly decoders?: readonly Transform[];
  readonly algorithms: ReadonlySet<ChecksumAlgorithm>;
}

function measure(algorithms: ReadonlySet<ChecksumAlgorithm>) {
  const md5 = createHash("md5");
  const running = new Map<ChecksumAlgorithm, Checksum>(
    [...algorithms].map((algorithm) => [algorithm, CHECKSUM_ALGORITHMS[algorithm].create()]),
  );
  let sizeBytes = 0;
  const stream = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      sizeBytes += bytes.length;
      md5.update(bytes);
      for (const checksum of running.values()) checksum.update(bytes);
      done(null, bytes);
    },
  });
  const result = () => ({
    sizeBytes,
    md5: md5.digest("hex"),
    checksums: new Map([...running].map(([algorithm, checksum]) => [algorithm, checksum.digest().toString("base64")])),
  });
  return { stream, result, sizeBytes: () => sizeBytes };
}

// A file's own stream would hold the handle that the footer and the fsync still need.
function writeTo(file: FileHandle): Writable {
  return new Writable({
    write: (bytes: Buffer, _encoding, done) => void file.writeFile(bytes).then(() => done(), done),
  });
}

/** Streams a body into a new file at `path`. Fails with the source's or a decoder's error, and then leaves no file. */
export async function stageObject(path: string, body: BodySource): Promise<StagedObject> {
  const file = await open(path, "wx").catch((error: unknown) => {
    body.source.destroy();
    throw error;
  });
  const measured = measure(body.algorithms);
  try {
    await pipeline([body.source, ...(body.decoders ?? []), measured.stream, writeTo(file)]);
    if (measured.sizeBytes() > FLUSHED_EARLY_BYTES) await file.datasync();
  } catch (error) {
    await closeAndRemove(file, path).catch(() => {});
    throw error;
  }
  const result = measured.result();
  return {
    path,
    ...result,
    seal: (record) => seal(file, encodeFooter(record, result.sizeBytes)),
    discard: () => closeAndRemove(file, path),
  };
}

async function seal(file: FileHandle, footer: Buffer): Promise<void> {
  await file.writeFile(footer);
  await file.sync();
  await file.close();
}

async function closeAndRemove(file: FileHandle, path: string): Promise<void> {
  await file.close().finally(() => rm(path, { force: true }));
}

/** Runs what puts a staged body in its place, and discards the body where that fails. */
export async function discardingOnFailure<TResult>(
  staged: StagedObject,
  write: () => Promise<TResult>,
): Promise<TResult> {
  try {
    return await write();
  } catch (error) {
    // Of the two failures the first is the one to know.
    await staged.discard().catch(() => {});
    throw error;
  }
}
