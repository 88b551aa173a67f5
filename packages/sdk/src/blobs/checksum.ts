import { crc32 } from "node:zlib";

/** A CRC-32 in the making; over nothing it is 0. */
export const extendCrc = (crc: number, bytes: Uint8Array): number => crc32(bytes, crc);

/** As S3 writes it in `x-amz-checksum-crc32`: the big-endian bytes in base64. */
export const crcText = (crc: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString("base64");
};
