import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocketServer } from "ws";
import { errorAnswer, pathOf, urlOf } from "./answer.js";
import { AwsError, asAwsError } from "./aws-error.js";
import type { HostGuard } from "./host-guard.js";
import { MAX_PACKET_BYTES } from "./mqtt-packets.js";

/** Takes over a byte stream that speaks MQTT; `request` is the one that asked for the WebSocket. */
export type MqttHandler = (stream: Duplex, request?: IncomingMessage) => void;

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

const SUBPROTOCOL = "mqtt";

/** Turns WebSocket upgrades on `/mqtt`, with or without a signed query, into MQTT connections. */
export function createMqttUpgrade(mqtt: MqttHandler, guard: HostGuard): (upgrade: Upgrade) => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PACKET_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  return ({ request, socket, head }) => {
    try {
      guard(request);
      checkRequest(request);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const stream = createWebSocketStream(webSocket);
        // A frame that breaks the protocol ends this connection and nothing else.
        stream.on("error", () => webSocket.terminate());
        mqtt(stream, request);
      });
    } catch (error) {
      refuse(socket, asAwsError(error));
    }
  };
}

function checkRequest(request: IncomingMessage): void {
  if (urlOf(request)?.pathname !== "/mqtt") {
    const message = `No WebSocket is served at ${pathOf(request)}; MQTT is at /mqtt.`;
    throw new AwsError("UnknownOperationException", { status: 404, message });
  }
  const offered = String(request.headers["sec-websocket-protocol"] ?? "").split(/\s*,\s*/);
  if (offered.includes(SUBPROTOCOL)) return;
  const message = `The WebSocket subprotocol must be "${SUBPROTOCOL}".`;
  throw new AwsError("InvalidRequestException", { status: 400, message });
}

function refuse(socket: Duplex, error: AwsError): void {
  const { status, headers, body } = errorAnswer(error);
  const lines = Object.entries({ ...headers, connection: "close", "content-length": Buffer.byteLength(body) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${status} ${error.name}\r\n${head}\r\n${body}`);
}
