import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/**
 * The body of a request, as a stream that can be given up at any byte: the rest is then read over, so that the answer
 * still gets through and the connection stays usable. Destroying the request itself would take both down.
 */
export function requestStream(message: IncomingMessage): Readable {
  const onData = (bytes: Buffer) => {
    if (!stream.push(bytes)) message.pause();
  };
  const onEnd = () => stream.push(null);
  const stream = new Readable({
    read: () => void message.resume(),
    destroy: (error, done) => {
      message.off("data", onData).off("end", onEnd).resume();
      done(error);
    },
  });
  message.on("data", onData).on("end", onEnd);
  message.on("error", (error) => stream.destroy(error));
  // Whoever reads the stream, now or later, meets the error there; a request may also break off before anybody does.
  stream.on("error", () => {});
  return stream;
}
