import { fstatSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";

// File = body, record as JSON, tail. The tail has a fixed size and comes last, so that a file cut anywhere is found out.
const MAGIC = Buffer.from("SFS3OBJ1");
const TAIL_BYTES = MAGIC.length + 8 + 4 + 4;
// An object of 10,000 parts has about a megabyte of them in its record.
const MAX_RECORD_BYTES = 8 * 1024 * 1024;
// One read gets tail and record of almost every object.
const FIRST_READ_BYTES = 4096;

/** The bytes that follow a body of `bodyBytes` in its file. */
export function encodeFooter(record: object, bodyBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  const tail = Buffer.alloc(TAIL_BYTES);
  tail.writeBigUInt64BE(BigInt(bodyBytes), 0);
  tail.writeUInt32BE(json.length, 8);
  tail.writeUInt32BE(crc32(json), 12);
  MAGIC.copy(tail, 16);
  return Buffer.concat([json, tail]);
}

/**
 * Reads the record at the end of a file; `undefined` where the file is torn or of another kind.
 *
 * Without promises: opening a folder reads thousands of these, and each promise costs more than the read itself.
 */
export function readFooter(fd: number): object | undefined {
  const { size } = fstatSync(fd);
  const end = readEnd(fd, size, FIRST_READ_BYTES);
  if (end.length < TAIL_BYTES) return undefined;
  const tail = end.subarray(-TAIL_BYTES);
  const bodyBytes = tail.readBigUInt64BE(0);
  const recordBytes = tail.readUInt32BE(8);
  const whole = bodyBytes + BigInt(recordBytes + TAIL_BYTES) === BigInt(size);
  if (!tail.subarray(16).equals(MAGIC) || !whole || recordBytes > MAX_RECORD_BYTES) return undefined;
  const footerBytes = recordBytes + TAIL_BYTES;
  const footer = footerBytes <= end.length ? end.subarray(-footerBytes) : readEnd(fd, size, footerBytes);
  const json = footer.subarray(0, -TAIL_BYTES);
  return crc32(json) === tail.readUInt32BE(12) ? JSON.parse(json.toString()) : undefined;
}

function readEnd(fd: number, fileBytes: number, wantedBytes: number): Buffer {
  const length = Math.min(fileBytes, wantedBytes);
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, fileBytes - length));
}
