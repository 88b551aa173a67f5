import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { settingsOf } from "../apiclient/settings.js";
import { gated } from "./fixtures/gated.js";
import { hostApi } from "./fixtures/host-api.js";
import { useGate } from "./fixtures/use-gate.js";
import { useProgram } from "./fixtures/use-program.js";
import { deploy } from "./fixtures/use-stack.js";

const EXAMPLE = fileURLToPath(new URL("..", import.meta.url));
const SERVICE = join(EXAMPLE, "apiclient");
const SFS3 = join(createRequire(import.meta.url).resolve("@sfs3/cli/package.json"), "..", "bin", "sfs3.js");

/** The service as a program, and what it says it serves. */
async function useServiceProgram(env: NodeJS.ProcessEnv) {
  const program = useProgram([SERVICE], { PORT: "0", ...env });
  const [, url = ""] = /^POST (http:\S+\/p1) /.exec(await program.firstLine) ?? [];
  return { ...program, post: () => fetch(url, { method: "POST" }) };
}

test("what the service asks where nothing is configured is what sfs3 dev serves", async () => {
  const data = await mkdtemp(join(tmpdir(), "process-a-dev-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const dev = useProgram([SFS3, "dev", join(EXAMPLE, "src", "flow.ts"), "--port", "0", "--json", "--data", data]);
  const { url } = JSON.parse(await dev.firstLine);
  const { startUrl, stateUrl, credentialsUrl } = settingsOf({});
  const here = (endpoint: string) => endpoint.replace("http://127.0.0.1:4599", url);

  const { post } = await useServiceProgram({
    START_ENDPOINT: here(startUrl),
    STATE_ENDPOINT: here(stateUrl),
    IOTAUTH_ENDPOINT: here(credentialsUrl),
  });
  const response = await post();

  expect({ status: response.status, body: await response.json() }).toMatchObject({
    status: 200,
    body: { status: "SUCCEEDED", transactionId: expect.stringMatching(/^0x/) },
  });
});

test("a service that is asked to end answers those who wait, and ends with 0", async () => {
  const { stack } = await deploy(new URL("./fixtures/gated.ts", import.meta.url), { gated }, { skipWaits: true });
  const gate = useGate(stack);
  const { startUrl, stateUrl, credentialsUrl } = hostApi(stack, gated);
  const endpoints = { START_ENDPOINT: startUrl, STATE_ENDPOINT: stateUrl, IOTAUTH_ENDPOINT: credentialsUrl };
  const { child, ended, post } = await useServiceProgram(endpoints);
  const pending = post();
  await gate.waitFor(1);

  child.kill("SIGTERM");

  expect((await pending).status).toBe(503);
  expect(await ended()).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  [{ PORT: "x" }, 'PORT is "x". Give an integer from 0 to 65535.'],
  [{ WORKER: "a/b" }, 'subtopic is "a/b".'],
  [{ START_ENDPOINT: "start" }, 'startUrl is "start", no URL.'],
])("a service with %j ends with 1, and says what is wrong in one line", async (env, message) => {
  const { code, stderr } = await useProgram([SERVICE], { PORT: "0", ...env }).ended();

  expect({ code, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: 1, lines: 1 });
  expect(stderr).toContain(message);
});
