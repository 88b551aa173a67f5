import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from "node:net";
import { type HttpHandler, sendError } from "./answer.js";
import { guardHost } from "./host-guard.js";
import { createMqttUpgrade, type MqttHandler } from "./mqtt-upgrade.js";

interface FrontOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly http: HttpHandler;
  readonly mqtt: MqttHandler;
  readonly warn: (message: string) => void;
}

export interface Front {
  readonly port: number;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
// The first byte of an MQTT connection is that of CONNECT (MQTT 3.1.1, 3.1.1); no HTTP method starts with it.
const MQTT_CONNECT = 0x10;
// Clients keep connections for reuse; one that is closed under them fails their next request.
const KEEP_ALIVE_MS = 120_000;

/** Opens the one port that speaks HTTP, MQTT and MQTT over WebSocket. */
export async function openFront({ port, http, mqtt, warn }: FrontOptions): Promise<Front> {
  const sockets = new Set<Socket>();
  const httpServer = createFrontHttpServer({ http, mqtt, warn, port: () => addressOf(netServer).port });
  const netServer = createNetServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A connection that breaks is its owner's affair; without a listener it would end the process.
    socket.on("error", () => socket.destroy());
    onFirstByte(socket, (byte) => {
      if (byte === MQTT_CONNECT) return mqtt(socket);
      // An HTTP client may close its side once it has sent its request, and still awaits the answer.
      socket.allowHalfOpen = true;
      httpServer.emit("connection", socket);
    });
  });
  await listen(netServer, port);

  const close = () =>
    new Promise<void>((resolve) => {
      netServer.close(() => resolve());
      httpServer.close();
      for (const socket of sockets) socket.destroy();
    });
  return { port: addressOf(netServer).port, close };
}

interface FrontHttpOptions extends Omit<FrontOptions, "port"> {
  readonly port: () => number;
}

function createFrontHttpServer({ http, mqtt, warn, port }: FrontHttpOptions) {
  const upgrade = createMqttUpgrade(mqtt);
  // Large objects may take their time: no limit on a request's whole duration.
  const server = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  server.on("request", async (request, response) => {
    try {
      guardHost(request, port());
      await http(request, response);
    } catch (error) {
      // What is left of the body is read away, so that the connection serves its next request.
      request.resume();
      if (!response.destroyed) sendError(response, error, warn);
    }
  });
  server.on("upgrade", (request, socket, head) => upgrade({ request, socket, head, port: port() }));
  server.on("clientError", (error, socket) => {
    if (!socket.writable) return void socket.destroy();
    const status = "code" in error && error.code === "HPE_HEADER_OVERFLOW" ? "431 Header Too Large" : "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

function onFirstByte(socket: Socket, take: (byte: number) => void): void {
  const read = () => {
    const chunk: Buffer | null = socket.read();
    const [first] = chunk ?? [];
    if (chunk === null || first === undefined) return;
    socket.removeListener("readable", read);
    socket.unshift(chunk);
    take(first);
  };
  socket.on("readable", read);
}

const addressOf = (server: Server): AddressInfo => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The front is not listening.");
  return address;
};

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(
        isTaken ? new Error(`Port ${port} is in use: stop what uses it or choose another.`, { cause: error }) : error,
      );
    };
    server.once("error", refuse);
    server.listen(port, HOST, () => {
      server.removeListener("error", refuse);
      resolve();
    });
  });
}
