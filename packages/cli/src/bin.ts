import { askOn } from "./ask.js";
import { main } from "./main.js";

// The Node.js of this machine is not the one that a deployed function has: its age is no news here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const interrupt = new AbortController();
// The first Ctrl-C asks the command to stop and clean up; a second one does not wait for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => interrupt.abort(signal));

const streams = [process.stdout, process.stderr];
for (const stream of streams) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read the output, as `| head` does, has had enough of it.
    if (error.code !== "EPIPE") throw error;
  });
}

const exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askOn(process.stdin, process.stderr) }),
});

// A handler that ran in this thread may have left timers, and standard input may be open: neither keeps the process.
await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))));
process.exit(exitCode);
