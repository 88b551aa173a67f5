import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** How long one connection may keep the front waiting. */
export interface Patience {
  /** For its first byte, or for a request's whole head. Unit: milliseconds. */
  readonly headMs: number;
  /** For more of a body. Unit: milliseconds. */
  readonly bodyIdleMs: number;
  /** For the next request, before its head has begun. Unit: milliseconds. */
  readonly keepAliveMs: number;
}

const TIMED_OUT = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/** Watches one connection for what is due of it. Node's own `headersTimeout` holds for servers alone that listen themselves. */
export interface ConnectionWatch {
  /** It speaks something else than HTTP: its time is another's affair. */
  release(): void;
  /** A request's head is complete; until `answered`, the client is who waits. */
  requested(request: IncomingMessage): void;
  answered(): void;
}

export function watchConnection(socket: Socket, { headMs, bodyIdleMs, keepAliveMs }: Patience): ConnectionWatch {
  let timer: NodeJS.Timeout | undefined;
  // A client may send its next request before it has the answer to the last.
  let unanswered = 0;
  const release = () => clearTimeout(timer);
  const expectHead = (ms: number) => {
    release();
    timer = setTimeout(sendAway, ms, socket).unref();
  };
  socket.once("close", release);
  expectHead(headMs);
  return {
    release,
    requested: (request) => {
      release();
      unanswered += 1;
      watchBody(request, bodyIdleMs);
    },
    answered: () => {
      unanswered -= 1;
      if (unanswered === 0 && !socket.destroyed) expectHead(keepAliveMs + headMs);
    },
  };
}

/** No listener of its own for the body's bytes: it would set them flowing before anybody reads. */
function watchBody(request: IncomingMessage, idleMs: number): void {
  const { socket } = request;
  let bytesRead = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) return clearInterval(timer);
    if (socket.bytesRead > bytesRead) bytesRead = socket.bytesRead;
    else sendAway(socket);
  }, idleMs).unref();
  request.once("close", () => clearInterval(timer));
}

const sendAway = (socket: Socket): void => void socket.end(TIMED_OUT, () => socket.destroy());
