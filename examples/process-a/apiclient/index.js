// Starts main.ts as it stands, without a build.
import { fileURLToPath } from "node:url";
import { typescriptLoader } from "@sfs3/cli";

const { default: load } = await import(typescriptLoader);
const { main } = await load(fileURLToPath(new URL("./main.ts", import.meta.url)));
process.exitCode = await main(process.env);
