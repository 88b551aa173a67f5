import { join, resolve } from "node:path";
import { modulePath } from "../flow-module.js";
import type { Io } from "../io.js";
import { openSources } from "./sources.js";

export interface DevOptions {
  readonly modules: readonly string[];
  /** 0: any free one. */
  readonly port: number;
  /** Names, beside those of this machine, under which it is addressed. */
  readonly host?: readonly string[];
  /** Folder of what outlives a session. */
  readonly data: string;
  /** File of what stands in for services that are not here. */
  readonly mocks?: string;
  /** Opens the status page in the browser. */
  readonly open?: boolean;
  /** Command to run; the session ends with it. */
  readonly exec?: string;
  /** Says on stdout in JSON what else it says there as lines for a shell. */
  readonly json?: boolean;
  /** File that gets the environment. */
  readonly writeEnv?: string;
}

/** Serves flows on this machine until the user asks to stop, or the command that is to run has ended. */
export async function dev(options: DevOptions, io: Io): Promise<void> {
  const modules = options.modules.map((module) => modulePath(module, io.cwd));
  const folder = join(resolve(io.cwd, options.data), "code");
  const sources = openSources({ modules, folder, cwd: io.cwd, color: io.stderr.isTTY === true });
  try {
    // The compiler is a process of its own: it works while this one loads the stack.
    const building = sources.build();
    building.catch(() => {});
    const { serve } = await import("./serve.js");
    await serve({ sources, building }, options, io);
  } finally {
    await sources.close();
  }
}
