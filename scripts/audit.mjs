import { pnpm, run } from "./setup.mjs";

/** Asks the registry for known holes in what the packages bring to their users. Needs the network, so `verify` does without. */
const [command, args, options] = pnpm("audit", "--prod", ...process.argv.slice(2));
run(command, args, { ...options, stdio: "inherit" });
