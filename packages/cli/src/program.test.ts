import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { sfs3 } from "./fixtures/use-project.js";

const run = (...args: readonly string[]) => sfs3("/", args);

describe("help", () => {
  test("lists the commands", async () => {
    const { exitCode, stdout, stderr } = await run("--help");

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: sfs3 [options] [command]

      Step Functions processes whose data lives in S3: scaffold, generate, check, run,
      operate.

      Options:
        -V, --version                   output the version number
        -h, --help                      display help for command

      Commands:
        init [options] [folder]         make a project with its first process
        gen-asl [options] <module>      generate the state machine's definition (ASL)
                                        from a flow
        run [options] <module>          run one execution of a flow on this machine
        dev [options] [module...]       serve flows on this machine, and take over
                                        what changes
        new                             make a new process or step
        check [options] <module>        say what is wrong with flows, and whether a
                                        change breaks executions in flight
        graph [options] <module>        draw a flow as Mermaid or SVG
        cost [options] [module]         reckon what a flow costs on AWS
        start [options] [module]        start a process on AWS, or on sfs3 dev
        wait [options] <id>             follow a process until it has ended
        status [options] <id>           say what became of a process so far
        list [options]                  list a machine's processes, the newest first
        show [options] <id> [module]    show a process's sidecar, and what each step
                                        has done to it
        stop [options] <id>             stop a process that runs
        redrive [options] <id>          let a process that did not succeed go on where
                                        it was
        replay [options] <id> <module>  run a step of a process again, here, on a copy
                                        of its data
        help [command]                  display help for command

      Exit codes:
        0  all went well
        1  could not start: bad usage, a module that does not load, an invalid input,
           a stale or invalid definition, a file that exists already;
           or a check found an error
        2  an execution, or a replayed step, ran and did not succeed
        3  files were made, and the source that has to use them could not be edited:
           the message says what to add, and where
        4  an execution goes on: it has not ended in time, or Ctrl-C ended the wait
        5  a replayed step came to another output than the one it had written
      "
    `);
  });

  test("is what the command says where it is given nothing to do, as an error", async () => {
    const [{ exitCode, stdout, stderr }, help] = [await run(), await run("--help")];

    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 1, stdout: "", stderr: help.stdout });
  });

  test("tells how to generate", async () => {
    expect((await run("gen-asl", "--help")).stdout).toMatchInlineSnapshot(`
      "Usage: sfs3 gen-asl [options] <module>

      Generates the Amazon States Language definition of the flows that a module
      exports.

      Arguments:
        module         TypeScript or JavaScript file that exports the flow

      Options:
        --flow <name>  the flow to generate, by its name or its export (default: the
                       default export, or the only flow)
        --all          every flow of the module; --out is then a folder, which gets
                       one <flow>.asl.json each
        --out <path>   write here instead of to standard output, and bring
                       sfs3.lock.json up to date
        --check        write nothing; exit 1 with a diff where a file is not what
                       would be written
        --validate     have the definition judged by asl-validator and by AWS's
                       language server as well
        -h, --help     display help for command

      Exit codes:
        0  all went well
        1  could not start: bad usage, a module that does not load, an invalid input,
           a stale or invalid definition, a file that exists already;
           or a check found an error
        2  an execution, or a replayed step, ran and did not succeed
        3  files were made, and the source that has to use them could not be edited:
           the message says what to add, and where
        4  an execution goes on: it has not ended in time, or Ctrl-C ended the wait
        5  a replayed step came to another output than the one it had written

      Examples:
        sfs3 gen-asl src/flow.ts
        sfs3 gen-asl src/flow.ts --flow Orders --out orders.asl.json
        sfs3 gen-asl src/flow.ts --all --out asl --check --validate
      "
    `);
  });

  test("tells how to run", async () => {
    expect((await run("run", "--help")).stdout).toMatchInlineSnapshot(`
      "Usage: sfs3 run [options] <module>

      Runs one execution of a flow on an embedded S3, Step Functions, Lambda and IoT:
      no account, no Docker.
      Progress goes to standard error, the final sidecar to standard output.

      Arguments:
        module           TypeScript or JavaScript file that exports the flow

      Options:
        --flow <name>    the flow to run, by its name or its export (default: the
                         default export, or the only flow)
        --input <json>   the process's input: JSON, a file, or - for standard input
                         (default: {})
        --json           print one JSON object instead: status, txnId, executionArn,
                         sidecar, failure, ...
        --inline         run the handlers in the main thread, so that a debugger stops
                         in them; one that never gives way keeps Ctrl-C from being
                         heard: end it by Ctrl-\\ (Windows: Ctrl-Break)
        --skip-waits     let Wait states and retry intervals take no time
        --data <folder>  keep the sidecars in this folder (default: a temporary one,
                         removed afterwards)
        --mocks <file>   answers of services that are not here, in the format of Step
                         Functions Local
        -h, --help       display help for command

      Exit codes:
        0  all went well
        1  could not start: bad usage, a module that does not load, an invalid input,
           a stale or invalid definition, a file that exists already;
           or a check found an error
        2  an execution, or a replayed step, ran and did not succeed
        3  files were made, and the source that has to use them could not be edited:
           the message says what to add, and where
        4  an execution goes on: it has not ended in time, or Ctrl-C ended the wait
        5  a replayed step came to another output than the one it had written

      Examples:
        sfs3 run src/flow.ts --input '{"orderId":"17"}'
        sfs3 run src/flow.ts --input order.json --json
        node --inspect-brk node_modules/@sfs3/cli/bin/sfs3.js run src/flow.ts --inline
      "
    `);
  });

  test("tells how to serve", async () => {
    expect((await run("dev", "--help")).stdout).toMatchInlineSnapshot(`
      "Usage: sfs3 dev [options] [module...]

      Serves S3, Step Functions, Lambda and IoT with every flow of the modules
      deployed, and POST /<flow>/start-process, GET /<flow>/process-state and GET
      /<flow>/iot/keys.
      Changes of the sources are taken over; executions under way finish on what they
      began with.
      The environment to export goes to standard output, all else to standard error.

      Arguments:
        module              TypeScript or JavaScript files that export flows (default:
                            the first there is of src/flows.ts, src/flow.ts,
                            src/flow.js, flow.ts, flow.js)

      Options:
        --port <number>     port on 127.0.0.1; 0 is any free one (default: 4599)
        --host <name>       answer under this name as well; may be given several times
        --data <folder>     keep objects and executions in this folder (default:
                            ".sfs3")
        --mocks <file>      answers of services that are not here, in the format of
                            Step Functions Local
        --open              open the status page in the browser
        --exec <command>    run this command with the environment set, and stop with
                            its exit code
        --json              print the addresses and the environment as one line of
                            JSON once all is ready
        --write-env <file>  write the environment to this file as well, for node
                            --env-file
        -h, --help          display help for command

      Exit codes:
        0  all went well
        1  could not start: bad usage, a module that does not load, an invalid input,
           a stale or invalid definition, a file that exists already;
           or a check found an error
        2  an execution, or a replayed step, ran and did not succeed
        3  files were made, and the source that has to use them could not be edited:
           the message says what to add, and where
        4  an execution goes on: it has not ended in time, or Ctrl-C ended the wait
        5  a replayed step came to another output than the one it had written
        With --exec it is that of the command. Ctrl-C is no failure.

      Examples:
        sfs3 dev
        sfs3 dev src/orders.ts src/payment.ts --port 0 --json
        sfs3 dev --exec 'vitest run integration'
      "
    `);
  });
});

test("the version is that of the package", async () => {
  const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

  expect(await run("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

describe("usage that makes no sense is refused with a suggestion:", () => {
  test.each([
    [["rnu"], "error: unknown command 'rnu'\n(Did you mean run?)\n(sfs3 --help shows what there is)\n"],
    [
      ["run", "flow.ts", "--inptu", "{}"],
      "error: unknown option '--inptu'\n(Did you mean --input?)\n(sfs3 run --help shows what there is)\n",
    ],
    [["run"], "error: missing required argument 'module'\n(sfs3 run --help shows what there is)\n"],
    [
      ["gen-asl", "a.ts", "b.ts"],
      "error: too many arguments for 'gen-asl'. Expected 1 argument but got 2.\n(sfs3 gen-asl --help shows what there is)\n",
    ],
    [
      ["run", "flow.ts", "--input"],
      "error: option '--input <json>' argument missing\n(sfs3 run --help shows what there is)\n",
    ],
  ])("%j", async (args, message) => {
    expect(await run(...args)).toEqual({ exitCode: 1, stdout: "", stderr: message });
  });
});

/** What is loaded before any command is known. */
async function packagesOfEveryCommand(): Promise<readonly string[]> {
  const { outputs } = (
    await build({
      entryPoints: [fileURLToPath(new URL("./bin.ts", import.meta.url))],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      packages: "external",
      outdir: "out",
      write: false,
      metafile: true,
    })
  ).metafile;
  const loaded = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint?.endsWith("bin.ts")));
  for (const output of loaded) {
    for (const { kind, path } of outputs[output]?.imports ?? []) if (kind === "import-statement") loaded.add(path);
  }
  return [...loaded];
}

test("the local stack, the AWS clients and compilers are loaded by the commands that need them", async () => {
  const packages = await packagesOfEveryCommand();

  expect(packages).toContain("commander");
  expect(packages.filter((name) => /^(@sfs3\/local|@aws-sdk\/.+|@smithy\/.+|esbuild|jiti)$/.test(name))).toEqual([]);
});
