import { runTool, setUp } from "./setup.mjs";

// Types first, in the same command: a red compiler makes every later message noise.
setUp();
runTool("typescript:tsc", ["-p", "tsconfig.test.json"]);
runTool("@biomejs/biome:biome", ["check", "--error-on-warnings", "."]);
runTool("vitest", ["run", ...process.argv.slice(2)]);
