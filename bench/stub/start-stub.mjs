import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("server.mjs", import.meta.url));

/** Starts the stub, lets `work` use it by its URL, and ends it. `latencyMs` is what each request takes on its way. */
export async function withStub(latencyMs, work) {
  const stub = fork(SERVER, [String(latencyMs)], { stdio: "inherit" });
  try {
    const [{ port }] = await once(stub, "message");
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    stub.disconnect();
  }
}

/** Has the stub keep a transaction's sidecar as it is now, in the frozen bucket, in whichever layouts it was written. */
export const freezeStub = (url, txnId) => control(url, `freeze?txnId=${txnId}`);

/** Begins a new count. */
export const resetStats = (url) => control(url, "reset");

/** What the stub has counted since the last {@link resetStats}. */
export const readStats = (url) => control(url, "stats");

async function control(url, word) {
  return (await fetch(`${url}/__${word}`)).json();
}
