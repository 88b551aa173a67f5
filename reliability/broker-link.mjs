import { once } from "node:events";
import { connect, createServer } from "node:net";

/** The way to the stack's broker, which can be cut: every connection on it ends without a word. */
export class BrokerLink {
  #port;
  #sockets = new Set();
  #server = createServer((socket) => this.#join(socket));
  cuts = 0;

  /** @param port where the stack listens, whenever it does */
  constructor(port) {
    this.#port = port;
  }

  async open() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** The broker's address by way of this link. */
  via(url) {
    const address = new URL(url);
    address.port = String(this.#server.address().port);
    return address.href;
  }

  cut() {
    this.cuts += 1;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(socket) {
    const upstream = connect(this.#port, "127.0.0.1");
    for (const [side, other] of [
      [socket, upstream],
      [upstream, socket],
    ]) {
      this.#sockets.add(side);
      side.pipe(other);
      // The other side learns of an error as it would of an end.
      side.on("error", () => other.destroy());
      side.on("close", () => {
        this.#sockets.delete(side);
        other.destroy();
      });
    }
  }
}
