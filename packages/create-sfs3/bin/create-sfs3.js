#!/usr/bin/env node
import { runCommandLine } from "@sfs3/cli";

await runCommandLine(["init", ...process.argv.slice(2)]);
