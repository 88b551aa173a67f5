import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { useDev } from "./dev/fixtures/use-dev.js";
import { module } from "./fixtures/modules.js";
import { useProject } from "./fixtures/use-project.js";

/** What the commands tell beside their result, and what the local stack logs, holds nothing of a process's data. */

const CANARY = "canary-7f3a";
const input = { foo: CANARY };

const FILES = {
  "flow.mjs": module(
    "const numbers = z.object({ foo: z.number() });",
    "const reads = defineStep(numbers, Output, () => ({ text: '' }), { name: 'reads' });",
    "const writes = defineStep(Input, z.strictObject({}), ({ foo }) => ({ [foo]: foo }), { name: 'writes' });",
    "const breaks = step('breaks', ({ foo }) => { throw Object.assign(new TypeError('It does.'), { foo }); });",
    "const input = { input: Input, topicRoot: 'orders' };",
    "export const good = orders.step(step('reserve')).step(step('charge', ({ foo }) => ({ text: foo })));",
    "export const bad = flow('Bad', input).step(writes);",
    "export const worse = flow('Worse', input).state('Raw', { Type: 'Pass' }).step(breaks);",
  ),
};

test.each(["Orders", "Bad", "Worse"])("sfs3 run tells how %s goes, and of its data nothing", async (flow) => {
  const project = useProject(FILES);

  const { stderr, exitCode } = await project.sfs3(
    ["run", "flow.mjs", "--flow", flow, "--input", JSON.stringify(input)],
    {
      env: { LOG_LEVEL: "TRACE" },
    },
  );

  expect(exitCode).toBe(flow === "Orders" ? 0 : 2);
  expect(stderr).toContain("0x");
  expect(stderr).not.toContain(CANARY);
});

test("sfs3 cost prints figures", async () => {
  const project = useProject(FILES);

  const { stdout, stderr } = await project.sfs3([
    "cost",
    "flow.mjs",
    "--flow",
    "Orders",
    "--input",
    JSON.stringify(input),
  ]);

  expect(stdout).toContain("USD");
  expect(stdout + stderr).not.toContain(CANARY);
});

test("sfs3 dev tells what happens, and of data, headers and signed URLs nothing", async () => {
  const project = useProject(FILES);
  const dev = await useDev(project, ["flow.mjs"]);
  const headers = { authorization: `Bearer ${CANARY}`, cookie: CANARY, "idempotency-key": CANARY };
  const send = async (path: string, { method = "POST", body = "" }) => {
    const sent = httpRequest({ port: dev.ready.port, host: "127.0.0.1", path, method, headers }).end(body);
    const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) =>
      sent.once("response", resolve).once("error", reject),
    );
    await text(response);
    return response.statusCode;
  };
  const signed = `X-Amz-Signature=${CANARY}&X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fdynamodb%2Faws4_request`;

  for (const flow of ["Orders", "Bad", "Worse"]) await dev.completed(flow, await dev.start(flow, input));
  const statuses = [
    await send("/Orders/start-process", { body: JSON.stringify({ foo: 1, [CANARY]: CANARY }) }),
    await send("/Orders/start-process", { body: `{"foo":"${CANARY}` }),
    await send("/Orders/start-process", { body: JSON.stringify({ ...input, subtopic: `${CANARY}/#` }) }),
    await send("/Orders/start-process/uploads", { body: `{"contentLength":"${CANARY}"}` }),
    await send(`/Orders/process-state?transactionId=${CANARY}.`, { method: "GET" }),
    await send(`/Orders/iot/keys?subtopic=${CANARY}/x`, { method: "GET" }),
    await send(`/sfs3/x?${signed}`, { method: "GET" }),
    await send("/sfs3/y", { method: "PUT", body: CANARY }),
  ];
  await dev.interrupt();

  expect(statuses.filter((status = 0) => status < 400 || status === 500)).toEqual([]);
  expect(dev.output.stderr).toContain("Worse");
  expect(dev.output.stdout + dev.output.stderr).not.toContain(CANARY);
});
