import "./cold-start.js";
import { parentPort } from "node:worker_threads";
import { runSeed } from "./run-seed.js";
import { replaceMachine } from "./sandbox.js";
import { emptyTally, type Order, type Tally, tallied } from "./tally.js";
import { warmUp } from "./warm-up.js";

/** One thread of a simulation: runs the seeds that it is told to, one after another. */
const serve = async (): Promise<void> => {
  if (parentPort === null) throw new Error("The worker runs in a thread of its own.");
  const port = parentPort;
  await warmUp();
  replaceMachine();
  // Millions of errors are made in a simulation, most of them by clients that ask themselves something; nobody reads where.
  Error.stackTraceLimit = 0;
  port.on("message", (order: Order) => void run(order).then((tally) => port.postMessage(tally)));
  port.postMessage(emptyTally());
};

const run = async ({ from, seeds, isTraced }: Order): Promise<Tally> => {
  let tally = emptyTally();
  for (let seed = from; seed < from + seeds; seed += 1) tally = tallied(tally, await runSeed(seed, { isTraced }));
  return tally;
};

void serve();
