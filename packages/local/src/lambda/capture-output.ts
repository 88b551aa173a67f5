import { AsyncLocalStorage } from "node:async_hooks";
import type { LogOutput } from "./invocation.js";

type Sink = (stream: LogOutput["stream"], text: string) => void;

export interface OutputCapture {
  /** Runs `call` so that what it writes, now or later, goes to the sink. */
  run<T>(sink: Sink, call: () => T): T;
  /** Gives the streams back. */
  release(): void;
}

/** Diverts what an invocation writes to stdout and stderr; other writes pass. `console` goes the same way. */
export function captureOutput(): OutputCapture {
  const sinks = new AsyncLocalStorage<Sink | undefined>();
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const write = stream.write;
    stream.write = function divert(this: typeof stream, ...args: Parameters<typeof write>): boolean {
      const sink = sinks.getStore();
      if (sink === undefined) return Reflect.apply(write, stream, args);
      const [chunk, encodingOrDone, done] = args as readonly unknown[];
      const encoding = typeof encodingOrDone === "string" ? (encodingOrDone as BufferEncoding) : "utf8";
      // What the sink writes in turn is its own: diverted too, it would come back to the sink for ever.
      sinks.run(undefined, () => sink(name, Buffer.from(chunk as string, encoding).toString("utf8")));
      const callback = typeof encodingOrDone === "function" ? encodingOrDone : done;
      if (typeof callback === "function") process.nextTick(() => callback());
      return true;
    } as typeof write;
    return () => {
      stream.write = write;
    };
  });
  return {
    run: (sink, call) => sinks.run(sink, call),
    release: () => {
      for (const giveBack of restore) giveBack();
    },
  };
}
