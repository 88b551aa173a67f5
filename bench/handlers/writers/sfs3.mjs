import { defineStep } from "@sfs3/sdk";
import * as z from "zod";

/** A step that writes its own output, with clients, and so connections, of its own: as a Lambda's container has them. */
export function createWriter(index, clients) {
  return defineStep(z.object({ foo: z.string() }), z.object({ index: z.number() }), () => ({ index }), {
    name: `writer-${index}`,
    clients,
  });
}
