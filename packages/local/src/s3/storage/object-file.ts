import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { ObjectChecksum } from "../checksums.js";

/** What S3 knows of an object besides its body. */
export interface ObjectRecord {
  readonly key: string;
  /** Length of the body. Unit: bytes. */
  readonly sizeBytes: number;
  /** Hexadecimal MD5 of the body, without quotes. */
  readonly etag: string;
  /** Unit: milliseconds since 1970, UTC. */
  readonly lastModifiedMs: number;
  /** Response headers that GET and HEAD repeat, in lower case: Content-Type, x-amz-meta-*, encryption and the like. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: ObjectChecksum;
}

// File = body, record as JSON, tail. The tail has a fixed size and comes last, so that a file cut anywhere is found out.
const MAGIC = Buffer.from("SFS3OBJ1");
const TAIL_BYTES = MAGIC.length + 8 + 4 + 4;
const MAX_RECORD_BYTES = 1024 * 1024;
// One read gets tail and record of almost every object.
const FIRST_READ_BYTES = 4096;

/** The bytes that follow the body in an object's file. */
export function encodeFooter(record: ObjectRecord): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  const tail = Buffer.alloc(TAIL_BYTES);
  tail.writeBigUInt64BE(BigInt(record.sizeBytes), 0);
  tail.writeUInt32BE(json.length, 8);
  tail.writeUInt32BE(crc32(json), 12);
  MAGIC.copy(tail, 16);
  return Buffer.concat([json, tail]);
}

/** Reads the record at the end of an object's file; `undefined` where the file is torn or no object file. */
export async function readFooter(file: FileHandle): Promise<ObjectRecord | undefined> {
  const { size } = await file.stat();
  const end = await readEnd(file, size, FIRST_READ_BYTES);
  if (end.length < TAIL_BYTES) return undefined;
  const tail = end.subarray(-TAIL_BYTES);
  const bodyBytes = tail.readBigUInt64BE(0);
  const recordBytes = tail.readUInt32BE(8);
  const whole = bodyBytes + BigInt(recordBytes + TAIL_BYTES) === BigInt(size);
  if (!tail.subarray(16).equals(MAGIC) || !whole || recordBytes > MAX_RECORD_BYTES) return undefined;
  const footerBytes = recordBytes + TAIL_BYTES;
  const footer = footerBytes <= end.length ? end.subarray(-footerBytes) : await readEnd(file, size, footerBytes);
  const json = footer.subarray(0, -TAIL_BYTES);
  // The CRC was taken of what this module wrote, so what matches it has the record's type.
  return crc32(json) === tail.readUInt32BE(12) ? (JSON.parse(json.toString()) as ObjectRecord) : undefined;
}

async function readEnd(file: FileHandle, fileBytes: number, wantedBytes: number): Promise<Buffer> {
  const length = Math.min(fileBytes, wantedBytes);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, fileBytes - length);
  return buffer.subarray(0, bytesRead);
}
