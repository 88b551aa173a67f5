import { setUp } from "./setup.mjs";

setUp();
// In this process, which Ctrl-C then does not take from under the report.
await import("../reliability/soak.mjs");
