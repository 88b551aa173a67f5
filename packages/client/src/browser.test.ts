import { fileURLToPath } from "node:url";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createStartHandler, createStateHandler, type HttpHandler } from "@sfs3/sdk/api";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { greeting } from "./fixtures/greeting.js";
import { hostHandlers } from "./fixtures/host-handlers.js";
import { credentialsFor } from "./fixtures/use-api.js";
import { CHROMIUM, hasChromium, openPage } from "./fixtures/use-chromium.js";
import { useGreeting } from "./fixtures/use-greeting.js";

const current = useGreeting();

test("a page in Chromium starts processes on the local stack, large ones too, and learns of progress and ends", async ({
  skip,
}) => {
  skip(!hasChromium(), `no browser at ${CHROMIUM}; install Debian's chromium, or name another one by CHROMIUM`);
  const page = await bundledPage();
  let tell = (_result: unknown) => {};
  const told = new Promise<unknown>((resolve) => {
    tell = resolve;
  });
  const url = await hostHandlers({
    ...greetingApi(),
    "/": answering("text/html", () => '<script type="module" src="/page.js"></script>'),
    "/page.js": answering("text/javascript", () => page),
    "/result": answering("text/plain", (body) => {
      tell(JSON.parse(body));
      return "";
    }),
  });

  const result = await Promise.race([told, openPage(`${url}/`)]);

  expect(result).toEqual({
    status: "SUCCEEDED",
    steps: ["greet SUCCEEDED"],
    failure: ["ProcessFailedError", "NobodyError"],
    large: "SUCCEEDED",
  });
});

function greetingApi(): Readonly<Record<string, HttpHandler>> {
  const { stack, deployment } = current();
  const aws = {
    endpoint: stack.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const stepFunctions = new SFNClient(aws);
  const stateMachineArn = deployment.stateMachineArns.Greeting ?? "";
  const place = { bucketName: deployment.bucket, stateMachineArn, stepFunctions };
  const start = createStartHandler({ flow: greeting, ...place, s3: new S3Client(aws) });
  return {
    "/start-process": start,
    "/start-process/uploads": start,
    "/process-state": createStateHandler({ stateMachineArn, stepFunctions }),
    "/iot/keys": answering("application/json", () => JSON.stringify(credentialsFor(stack.mqttWebSocketUrl))),
  };
}

const answering =
  (type: string, bodyOf: (body: string) => string): HttpHandler =>
  async (event) => ({
    statusCode: 200,
    headers: { "content-type": type },
    body: bodyOf(String(Object(event).body)),
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
