import { pathToFileURL } from "node:url";

/** Imports a Lambda's bundle as its first deed. Answers with how long it took, and when in the process's life it was ready. */
const { bundle } = JSON.parse(process.argv[2]);

const start = performance.now();
const { handler } = await import(pathToFileURL(bundle).href);
const readyMs = performance.now();

if (typeof handler !== "function") throw new Error(`${bundle} exports no handler.`);
process.send({ importMs: readyMs - start, readyMs });
process.disconnect();
