import { afterEach, describe, expect, test, vi } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";
import { useOperated } from "./fixtures/use-operated.js";

const FLOWS = module(
  'export const main = orders.step(step("reserve"));',
  'export const other = flow("Other", { input: Input }).step(step("reserve"));',
  "export default main;",
);

afterEach(() => vi.unstubAllEnvs());

describe("where a process lives", () => {
  test("is told by the environment that sfs3 dev hands out, as by options", async () => {
    const { project, stack, run } = await useOperated(FLOWS);
    const txnId = await run("Other", { foo: "bar" });
    for (const [name, value] of Object.entries(stack.environment)) vi.stubEnv(name, value);
    const env = { BUCKET_NAME: "sfs3", OTHER_STATE_MACHINE_ARN: stack.stateMachineArn("Other") };
    const sfs3 = (...args: readonly string[]) => project.sfs3(args, { env });

    const status = await sfs3("status", txnId);
    const shown = await sfs3("show", txnId, "--reveal", "--key", "foo");
    const started = await sfs3("start", "flow.mjs", "--flow", "Other", "--input", '{"foo":"bar"}', "--wait", "--json");
    const list = await project.sfs3(["list"], { env: { STATE_MACHINE_ARN: stack.stateMachineArn("Orders") } });

    expect(status.stdout).toContain(`${txnId} SUCCEEDED`);
    expect(shown.stdout).toBe('"bar"\n');
    expect(JSON.parse(started.stdout)).toMatchObject({ executionArn: expect.stringContaining(":execution:Other:") });
    expect(list.stdout.split("\n")).toHaveLength(2);
  });

  test("is found by the execution's name where no machine is named, and by its ARN in any case", async () => {
    const { sfs3, run, executionArn } = await useOperated(FLOWS);
    const txnId = await run("Other", { foo: "bar" });

    const [byName, byArn] = [await sfs3(["status", txnId]), await sfs3(["status", executionArn("Other", txnId)])];

    expect(byName.stdout).toContain(`:execution:Other:${txnId}`);
    expect(byArn.stdout).toBe(byName.stdout);
  });

  test("has to be said where several machines have an execution of one name", async () => {
    const { sfs3 } = await useOperated(FLOWS);
    for (const flow of ["Orders", "Other"]) {
      await sfs3(["start", "flow.mjs", "--flow", flow, "--txn", "same", "--input", '{"foo":"bar"}', "--wait"]);
    }

    const open = await sfs3(["status", "same"]);
    const named = await sfs3(["status", "same", "--state-machine", "Other"]);

    expect([open.exitCode, open.stderr]).toEqual([
      1,
      "Several machines have an execution same. Name the process's machine: --state-machine, or STATE_MACHINE_ARN.\n",
    ]);
    expect(named.stdout).toContain(":execution:Other:same");
  });

  test("has to be said where there are several buckets", async () => {
    const { sfs3, stack } = await useOperated(FLOWS);
    await stack.s3.createBucket("another");

    const { exitCode, stderr } = await sfs3(["show", "any"]);

    expect([exitCode, stderr]).toEqual([
      1,
      "Name the bucket of the sidecars: --bucket, or BUCKET_NAME. There are: another, sfs3.\n",
    ]);
  });
});

describe("a place that cannot be reached is told with what to do", () => {
  test.each([
    ["nothing listens", ["--endpoint", "http://127.0.0.1:1"], "does sfs3 dev run, and on this port?"],
    ["an endpoint that is none", ["--endpoint", "4599"], "--endpoint is no URL: 4599."],
  ])("%s", async (_, args, message) => {
    const { sfs3 } = useProject({});

    expect(await sfs3(["list", ...args])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
  });

  test("no credentials and no region", async () => {
    for (const name of ["AWS_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    const { sfs3 } = useProject({});

    const [placeless, unknown] = [await sfs3(["list"]), await sfs3(["list", "--region", "eu-west-1"])];

    expect([placeless.exitCode, placeless.stderr]).toEqual([
      1,
      expect.stringContaining("Give --region, or set AWS_REGION."),
    ]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([1, expect.stringContaining("Set AWS_PROFILE or log in")]);
  });

  test("Ctrl-C ends a request", async () => {
    const { sfs3 } = useProject({});

    const { exitCode, stderr } = await sfs3(["list", "--endpoint", "http://127.0.0.1:1"], {
      signal: AbortSignal.abort("SIGINT"),
    });

    expect([exitCode, stderr]).toEqual([1, "Interrupted.\n"]);
  });
});
