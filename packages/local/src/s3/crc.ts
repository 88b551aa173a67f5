import { crc32 as zlibCrc32 } from "node:zlib";

/** A running checksum over bytes; `digest` is the value so far, big-endian as S3 sends it. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** CRC-32 (ISO-HDLC), as `x-amz-checksum-crc32` carries it. */
export function crc32(): Checksum {
  let value = 0;
  return {
    update: (bytes) => {
      value = zlibCrc32(bytes, value);
    },
    digest: () => uint32Bytes(value),
  };
}

function uint32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

const CRC32C_REFLECTED_POLYNOMIAL = 0x82f63b78;

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32C_REFLECTED_POLYNOMIAL : value >>> 1;
  return value;
});

/** CRC-32C (Castagnoli), as `x-amz-checksum-crc32c` carries it. */
export function crc32c(): Checksum {
  let state = 0xffffffff;
  return {
    update: (bytes) => {
      let value = state;
      for (let i = 0; i < bytes.length; i++) {
        value = (CRC32C_TABLE[(value ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
      }
      state = value;
    },
    digest: () => uint32Bytes(~state),
  };
}

// 64 bits are kept as two 32-bit halves: BigInt arithmetic a byte at a time is about a hundred times slower.
const CRC64_POLYNOMIAL_HIGH = 0x9a6c9329;
const CRC64_POLYNOMIAL_LOW = 0xac4bc9b5;

const CRC64_TABLE = crc64Table();

function crc64Table(): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = ((low >>> 1) | (high << 31)) ^ (carry ? CRC64_POLYNOMIAL_LOW : 0);
      high = (high >>> 1) ^ (carry ? CRC64_POLYNOMIAL_HIGH : 0);
    }
    table.high[byte] = high;
    table.low[byte] = low;
  }
  return table;
}

/** CRC-64/NVME, as `x-amz-checksum-crc64nvme` carries it. */
export function crc64nvme(): Checksum {
  let stateHigh = 0xffffffff;
  let stateLow = 0xffffffff;
  return {
    update: (bytes) => {
      let high = stateHigh;
      let low = stateLow;
      for (let i = 0; i < bytes.length; i++) {
        const index = (low ^ (bytes[i] ?? 0)) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (CRC64_TABLE.low[index] ?? 0);
        high = (high >>> 8) ^ (CRC64_TABLE.high[index] ?? 0);
      }
      stateHigh = high;
      stateLow = low;
    },
    digest: () => Buffer.concat([uint32Bytes(~stateHigh), uint32Bytes(~stateLow)]),
  };
}
