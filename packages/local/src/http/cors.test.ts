import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { clientConfig, useStack } from "../fixtures/use-stack.js";

const APP = "http://localhost:5173";

test("a page of this machine may put an object by a presigned URL, and reads what is answered, refusals too", async () => {
  const stack = await useStack();
  await stack.s3.createBucket("uploads");
  const s3 = new S3Client(clientConfig(stack));
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket: "uploads", Key: "a", IfNoneMatch: "*" }));
  const put = () =>
    fetch(url, {
      method: "PUT",
      body: "{}",
      headers: { origin: APP, "if-none-match": "*", "content-type": "text/plain" },
    });

  const preflight = await fetch(url, {
    method: "OPTIONS",
    headers: {
      origin: APP,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type,if-none-match",
    },
  });
  const answers = [await put(), await put()];

  expect(preflight.status).toBe(200);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    "access-control-allow-origin": APP,
    "access-control-allow-methods": "PUT",
    "access-control-allow-headers": "content-type,if-none-match",
  });
  expect(answers.map(({ status, headers }) => [status, headers.get("access-control-allow-origin")])).toEqual([
    [200, APP],
    [412, APP],
  ]);
  expect((await stack.s3.getObject("uploads", "a"))?.body.toString()).toBe("{}");
});

test("a page of another site is let into nothing, and who is no page sees no such headers", async () => {
  const stack = await useStack();
  const preflight = { "access-control-request-method": "PUT" };
  const foreign = await fetch(`${stack.url}/uploads/a`, {
    method: "OPTIONS",
    headers: { origin: "https://evil.example.org", ...preflight },
  });
  const program = await fetch(`${stack.url}/uploads/a`);

  expect(foreign.status).toBe(403);
  for (const { headers } of [foreign, program]) expect(headers.has("access-control-allow-origin")).toBe(false);
});
