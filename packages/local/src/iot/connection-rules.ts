import type { ConnectPacket } from "aedes";
import { checkMessage } from "./topic-rules.js";

// AWS IoT Core endpoints and quotas, "Message broker and protocol limits". Unit: bytes of UTF-8; seconds.
const MAX_CLIENT_ID_BYTES = 128;
const KEEP_ALIVE = { minSeconds: 5, maxSeconds: 1_200 };

/** What AWS IoT refuses to connect, its last will included; a keep-alive out of range is moved into it. */
export function checkConnection(packet: ConnectPacket): void {
  if (Buffer.byteLength(packet.clientId) > MAX_CLIENT_ID_BYTES) {
    throw new Error(`A client id has at most ${MAX_CLIENT_ID_BYTES} bytes.`);
  }
  if (packet.will !== undefined) {
    const { topic, payload, qos = 0 } = packet.will;
    if (qos > 1) throw new Error("AWS IoT has no QoS 2, not for a last will either.");
    checkMessage({ topic, payload: Buffer.from(payload) });
  }
  packet.keepalive = keepAliveSeconds(packet.keepalive ?? 0);
}

function keepAliveSeconds(asked: number): number {
  if (asked === 0) return KEEP_ALIVE.maxSeconds;
  return Math.min(Math.max(asked, KEEP_ALIVE.minSeconds), KEEP_ALIVE.maxSeconds);
}
