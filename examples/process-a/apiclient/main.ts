import type { AddressInfo } from "node:net";
import { createService } from "./service.js";
import { settingsOf } from "./settings.js";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Serves until Ctrl-C, or whoever else asks it to end.
 *
 * @returns the exit code: 1 where it cannot serve
 */
export async function main(env: Environment): Promise<number> {
  try {
    await serve(env);
    return 0;
  } catch (error) {
    process.stderr.write(`${error}\n`);
    return 1;
  }
}

async function serve(env: Environment): Promise<void> {
  const settings = settingsOf(env);
  const { server, close } = createService(settings);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, resolve);
  });
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`POST http://localhost:${port}/p1 starts ProcessA\n`);
  await asked;
  await close();
}
