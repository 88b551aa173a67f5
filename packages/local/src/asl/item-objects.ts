import { StateFailure } from "./errors.js";
import type { ObjectPort } from "./object-port.js";

/** Objects that all hold the same text: what an ItemReader is tested with. */
export const itemObjects = (text: string): ObjectPort => ({
  read: async () => once(Buffer.from(text)),
  list: () => {
    throw notTested("a list of objects is read from S3 only: give the state its objects, and test it in an execution");
  },
  write: async () => {
    throw notTested("the results of a Map that is tested are its mock");
  },
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const notTested = (cause: string) => new StateFailure("States.Runtime", cause, { catchable: false });
