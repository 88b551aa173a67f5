import { crc32 } from "node:zlib";

/** The CRC32 of a body that lies in pieces, as S3 writes it: the AWS clients send and verify it, so the lean ones do too. */
export function checksumOf(pieces) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(pieces.reduce((sum, piece) => crc32(piece, sum), 0));
  return bytes.toString("base64");
}

export function verifyChecksum(body, expected) {
  if (expected !== undefined && expected !== null && checksumOf([body]) !== expected) {
    throw new Error(`S3 sent ${body.length} bytes whose CRC32 is not the ${expected} that it names.`);
  }
}
