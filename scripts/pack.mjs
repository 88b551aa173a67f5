import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pnpm, statusOf } from "./setup.mjs";

/** No user meets it. */
const PRIVATE = "!./packages/simulation";

/** Packs every package into `destination`, as `pnpm publish` would; returns the tarballs. */
export function pack(destination) {
  mkdirSync(destination, { recursive: true });
  const [npx, args, options] = pnpm(
    "--recursive",
    "--filter",
    "./packages/*",
    "--filter",
    PRIVATE,
    "pack",
    "--pack-destination",
    destination,
  );
  const status = statusOf(npx, args, { ...options, stdio: ["ignore", "ignore", 2] });
  if (status !== 0) throw new Error(`pnpm pack ended with ${status}.`);
  return readdirSync(destination).map((name) => join(destination, name));
}
