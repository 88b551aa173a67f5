import { createProcessClient } from "@sfs3/client";
import { expect, onTestFinished, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";
import { useDev } from "./fixtures/use-dev.js";

const FLOWS = module(
  `export const process = orders.step(step("reserve", ({ foo }) => {
    if (foo === "none") throw Object.assign(new Error("There is none left."), { name: "SoldOutError" });
    return { text: foo };
  }));`,
);

test("a client needs the addresses that sfs3 dev prints, and no more, to start processes and hear of their ends", async () => {
  const { ready, sidecar } = await useDev(useProject({ "flow.mjs": FLOWS }), ["flow.mjs"]);
  const startUrl = ready.environment.ORDERS_START_URL ?? "";
  const warnings: Error[] = [];
  const client = createProcessClient<{ readonly foo: string }>({
    startUrl,
    stateUrl: new URL("process-state", startUrl),
    credentialsUrl: new URL("iot/keys", startUrl),
    topicRoot: "orders",
    subtopic: "worker1",
    warn: (error) => warnings.push(error),
  });
  onTestFinished(client.close);

  const end = await client.execute({ foo: "bar" }, { idempotencyKey: "17" });
  const again = await client.execute({ foo: "bar" }, { idempotencyKey: "17" });
  const failure = await client.execute({ foo: "none" }).catch((error: unknown) => error);
  const large = await client.start({ foo: "x".repeat(11 * 1024 * 1024) });

  expect(end.status).toBe("SUCCEEDED");
  expect(again).toEqual(end);
  expect(failure).toMatchObject({ name: "ProcessFailedError", status: "FAILED", error: "SoldOutError" });
  expect(failure).toMatchObject({ cause: expect.stringContaining("There is none left.") });
  expect(await large.completed()).toMatchObject({ status: "SUCCEEDED" });
  expect((await sidecar(large)).foo).toHaveLength(11 * 1024 * 1024);
  expect(warnings).toEqual([]);
});
