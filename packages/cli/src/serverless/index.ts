export { type ServerlessOptions, type ServerlessProcesses, serverlessProcesses } from "./processes.js";
