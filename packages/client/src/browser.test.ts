import { fileURLToPath } from "node:url";
import { startProcess } from "@sfs3/local";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { greeting } from "./fixtures/greeting.js";
import { useApi } from "./fixtures/use-api.js";
import { CHROMIUM, hasChromium, openPage } from "./fixtures/use-chromium.js";
import { useGreeting } from "./fixtures/use-greeting.js";

const current = useGreeting();

test("a page in Chromium starts processes on the local stack, and learns of progress and ends", async ({ skip }) => {
  skip(!hasChromium(), `no browser at ${CHROMIUM}; install Debian's chromium, or name another one by CHROMIUM`);
  const { stack } = current();
  const api = await useApi(stack.mqttWebSocketUrl);
  api.routes.start = async ({ body }) => {
    const { subtopic, ...input } = JSON.parse(body);
    const started = await startProcess(stack, current().deployment, { flow: greeting, input, subtopic });
    return { status: 201, body: { transactionId: started.txnId, executionId: started.executionArn } };
  };
  api.routes.state = async ({ query }) => {
    const described = await stack.stepFunctions.describeExecution({ executionArn: query.get("executionArn") ?? "" });
    return { status: 200, body: described };
  };
  api.pages.set("/", { type: "text/html", content: '<script type="module" src="/page.js"></script>' });
  api.pages.set("/page.js", { type: "text/javascript", content: await bundledPage() });

  await Promise.race([api.requested("/result", 1), openPage(`${api.url}/`)]);

  const result = JSON.parse(api.seenOn("/result")[0]?.body ?? "");
  expect(result).toEqual({
    status: "SUCCEEDED",
    steps: ["greet SUCCEEDED"],
    failure: ["ProcessFailedError", "NobodyError"],
  });
});

async function bundledPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./fixtures/page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  return outputFiles[0]?.text ?? "";
}
