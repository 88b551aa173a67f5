import type { Duplex } from "node:stream";

/** Longest packet that is taken in. IoT Core has messages of at most 128 KB; a CONNECT may hold one and more beside it. */
export const MAX_PACKET_BYTES = 256 * 1024;

// MQTT 3.1.1, 2.2.3: seven bits of the length in each byte, the least first; the eighth says that another byte follows.
const CONTINUES = 0x80;
const MAX_LENGTH_BYTES = 4;

/**
 * Breaks a connection that announces a longer packet, before anybody waits for all of it: up to 256 MB, says MQTT.
 *
 * With a reader that listens to `readable`, `data` tells what was read and sets nothing flowing. Source: Node.js, Stream,
 * "Event: 'readable'".
 */
export function limitPackets(stream: Duplex): Duplex {
  const isWithin = createPacketMeter();
  return stream.on("data", (chunk: Buffer) => {
    if (!isWithin(chunk)) stream.destroy();
  });
}

/** Follows the lengths of packets through a stream of bytes, cut anywhere; tells whether all are within the limit. */
export function createPacketMeter(): (chunk: Uint8Array) => boolean {
  let length = 0;
  let lengthBytes = 0;
  let isTypeNext = true;
  let bodyBytes = 0;

  /** @returns whether the packet may still be taken */
  const takeHeaderByte = (byte: number): boolean => {
    if (isTypeNext) {
      [isTypeNext, length, lengthBytes] = [false, 0, 0];
      return true;
    }
    length += (byte & ~CONTINUES) * CONTINUES ** lengthBytes;
    lengthBytes += 1;
    if ((byte & CONTINUES) === 0) [isTypeNext, bodyBytes] = [true, length];
    return length <= MAX_PACKET_BYTES && lengthBytes <= MAX_LENGTH_BYTES;
  };

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (bodyBytes > 0) {
        const skipped = Math.min(bodyBytes, chunk.length - at);
        bodyBytes -= skipped;
        at += skipped;
      } else if (takeHeaderByte(chunk[at++] ?? 0) === false) return false;
    }
    return true;
  };
}
