import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from "node:net";
import { type HttpHandler, sendError } from "./answer.js";
import { type HostGuard, hostGuard } from "./host-guard.js";
import { limitPackets } from "./mqtt-packets.js";
import { createMqttUpgrade, type MqttHandler } from "./mqtt-upgrade.js";
import { type ConnectionWatch, type Patience, watchConnection } from "./slow-clients.js";

interface FrontOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly http: HttpHandler;
  readonly mqtt: MqttHandler;
  readonly warn: (message: string) => void;
  /** Names, beside those of this machine, under which it may be addressed. Default: none. */
  readonly allowedHosts?: readonly string[];
  readonly limits?: Partial<FrontLimits>;
}

/** What clients may take of the front, together and each. */
export interface FrontLimits extends Patience {
  /** Connections at a time; further ones are closed. */
  readonly maxConnections: number;
}

export interface Front {
  readonly port: number;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
// The first byte of an MQTT connection is that of CONNECT (MQTT 3.1.1, 3.1.1); no HTTP method starts with it.
const MQTT_CONNECT = 0x10;

const LIMITS: FrontLimits = {
  maxConnections: 2_048,
  headMs: 60_000,
  bodyIdleMs: 60_000,
  // Clients keep connections for reuse; one that is closed under them fails their next request.
  keepAliveMs: 120_000,
};

/** Opens the one port that speaks HTTP, MQTT and MQTT over WebSocket. */
export async function openFront({ port, http, warn, limits: given, ...options }: FrontOptions): Promise<Front> {
  const limits = { ...LIMITS, ...given };
  const mqtt: MqttHandler = (stream, request) => options.mqtt(limitPackets(stream), request);
  const watches = new Map<Socket, ConnectionWatch>();
  const guard = hostGuard({ port: () => addressOf(netServer).port, allowedHosts: options.allowedHosts ?? [] });
  const httpServer = createFrontHttpServer({ http, mqtt, warn, guard, limits, watches });
  const netServer = createNetServer({ noDelay: true }, (socket) => {
    const watch = watchConnection(socket, limits);
    watches.set(socket, watch);
    socket.once("close", () => watches.delete(socket));
    // A connection that breaks is its owner's affair; without a listener it would end the process.
    socket.on("error", () => socket.destroy());
    onFirstByte(socket, (byte) => {
      if (byte === MQTT_CONNECT) {
        watch.release();
        return mqtt(socket);
      }
      // An HTTP client may close its side once it has sent its request, and still awaits the answer.
      socket.allowHalfOpen = true;
      httpServer.emit("connection", socket);
    });
  });
  limitConnections(netServer, limits.maxConnections, warn);
  await listen(netServer, port);

  const close = () =>
    new Promise<void>((resolve) => {
      netServer.close(() => resolve());
      httpServer.close();
      for (const socket of watches.keys()) socket.destroy();
    });
  return { port: addressOf(netServer).port, close };
}

function limitConnections(server: Server, maxConnections: number, warn: (message: string) => void): void {
  server.maxConnections = maxConnections;
  server.once("drop", () =>
    warn(`There are ${maxConnections} connections to the stack, which is its limit: further ones are closed.`),
  );
}

interface FrontHttpOptions extends Pick<FrontOptions, "http" | "mqtt" | "warn"> {
  readonly guard: HostGuard;
  readonly limits: FrontLimits;
  readonly watches: ReadonlyMap<Socket, ConnectionWatch>;
}

function createFrontHttpServer({ http, mqtt, warn, guard, limits, watches }: FrontHttpOptions) {
  const upgrade = createMqttUpgrade(mqtt, guard);
  // Large objects may take their time: no limit on a request's whole duration.
  const server = createHttpServer({ keepAliveTimeout: limits.keepAliveMs, requestTimeout: 0 });
  server.on("request", async (request, response) => {
    const watch = watches.get(request.socket);
    watch?.requested(request);
    response.once("close", () => watch?.answered());
    try {
      guard(request);
      await http(request, response);
    } catch (error) {
      // What is left of the body is read away, so that the connection serves its next request.
      request.resume();
      if (!response.destroyed) sendError(response, error, warn);
    }
  });
  server.on("upgrade", (request, socket, head) => {
    watches.get(request.socket)?.release();
    upgrade({ request, socket, head });
  });
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
