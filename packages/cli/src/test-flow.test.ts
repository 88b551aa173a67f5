import { pathToFileURL } from "node:url";
import { testFlow } from "@sfs3/cli/testing";
import { expect, test } from "vitest";
import { module } from "./fixtures/modules.js";
import { useProject } from "./fixtures/use-project.js";

const FLOWS = {
  "flows.mjs": module(
    'export const main = orders.step(step("reserve")).wait({ seconds: 86400 }).step(step("charge"));',
    'export const declined = flow("Declined", { input: Input }).step(step("charge", () => {',
    '  throw Object.assign(new Error("card 17"), { name: "CardDeclined" });',
    "}));",
    "export default main;",
  ),
};

const useModule = () => pathToFileURL(useProject(FLOWS).path("flows.mjs"));

test("a flow runs to its end, a day of waiting included, and what it wrote can be looked at", async () => {
  const { status, sidecar, failure, log } = await testFlow(useModule(), { input: { foo: "bar" } });

  expect({ status, failure }).toEqual({ status: "SUCCEEDED", failure: null });
  expect(sidecar).toMatchObject({ foo: "bar", "reserve-output": { text: "bar" }, "charge-output": { text: "bar" } });
  expect(log).toMatch(/✔ reserve[\s\S]+✔ charge[\s\S]+SUCCEEDED/);
});

test("a flow that fails says where and why, and does not reject", async () => {
  const { status, failure } = await testFlow(useModule(), { flow: "Declined", input: { foo: "bar" } });

  expect(status).toBe("FAILED");
  expect(failure).toEqual({ step: "charge", error: "CardDeclined", cause: "card 17" });
});

test("a flow that the module does not export is refused", async () => {
  await expect(testFlow(useModule(), { flow: "Refund", input: {} })).rejects.toThrow(
    "exports no flow named 'Refund'. It exports Declined (export declined), Orders (export main).",
  );
});

test("an input that the flow does not take is refused as sfs3 run refuses it", async () => {
  await expect(testFlow(useModule(), { input: { foo: 1 } })).rejects.toThrow(
    "The input is not what Orders takes; nothing was started.\n  foo: ",
  );
});
