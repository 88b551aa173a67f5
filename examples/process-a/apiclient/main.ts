import type { AddressInfo } from "node:net";
import { createService } from "./service.js";
import { settingsOf } from "./settings.js";

/** Serves until Ctrl-C, or whoever else asks it to end. */
export async function main(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const settings = settingsOf(env);
  const { server, close } = createService(settings);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, resolve);
  });
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`POST http://localhost:${port}/p1 starts ProcessA\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await close();
}
