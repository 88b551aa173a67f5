export { runCommandLine } from "./command-line.js";
export type { Io, Output } from "./io.js";
export { main } from "./main.js";
export { createProgram } from "./program.js";
export { typescriptLoader } from "./typescript-loader.js";
