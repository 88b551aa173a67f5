import { describe, expect, test } from "vitest";
import { expectError } from "./fixtures/raw-http.js";
import { SIGNED } from "./fixtures/serve.js";
import { useRawS3 } from "./fixtures/use-raw-s3.js";

const { send } = useRawS3();

describe("a range", () => {
  test.each([
    ["bytes=1-2", "23", "bytes 1-2/5"],
    ["bytes=3-", "45", "bytes 3-4/5"],
    ["bytes=3-99", "45", "bytes 3-4/5"],
    ["bytes=-2", "45", "bytes 3-4/5"],
    ["bytes=-99", "12345", "bytes 0-4/5"],
  ])("%s is %s", async (range, body, contentRange) => {
    const response = await send("GET /documents/a", { headers: [SIGNED, `Range: ${range}`] });

    expect(response).toMatch(/^HTTP\/1.1 206 /);
    expect(response).toContain(`content-range: ${contentRange}\r\n`);
    expect(response.split("\r\n\r\n")[1]).toBe(body);
  });

  test.each(["bytes=5-", "bytes=9-10", "bytes=-0"])("%s is InvalidRange", async (range) => {
    const response = await send("GET /documents/a", { headers: [SIGNED, `Range: ${range}`] });

    expectError(response, 416, "InvalidRange");
    expect(response).toContain("content-range: bytes */5\r\n");
  });

  test.each(["bytes=0-1,3-4", "bytes=4-2", "lines=1-2", "bytes=-"])("%s is answered with all of it", async (range) => {
    const response = await send("GET /documents/a", { headers: [SIGNED, `Range: ${range}`] });

    expect(response).toMatch(/^HTTP\/1.1 200 [\s\S]*\r\n\r\n12345$/);
  });
});
