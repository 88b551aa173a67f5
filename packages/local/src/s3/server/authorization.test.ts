import { describe, expect, test } from "vitest";
import { expectError } from "../fixtures/raw-http.js";
import { useRawS3 } from "../fixtures/use-raw-s3.js";

const { send } = useRawS3();

describe("every response", () => {
  test("carries the two request ids", async () => {
    expect(await send("GET /documents/a")).toMatch(/x-amz-request-id: [0-9A-F]{16}\r\nx-amz-id-2: \S+\r\n/);
    expect(await send("GET /documents/missing")).toMatch(
      /x-amz-request-id: ([0-9A-F]{16})[\s\S]*<RequestId>\1<\/RequestId>/,
    );
  });

  test("to HEAD has no body, errors included", async () => {
    expect(await send("HEAD /documents/missing")).toMatch(/^HTTP\/1.1 404 [\s\S]*\r\n\r\n$/);
    expect(await send("HEAD /documents/a")).toMatch(/^HTTP\/1.1 200 [\s\S]*content-length: 5\r\n[\s\S]*\r\n\r\n$/);
  });
});

describe("a request that is not signed", () => {
  test.each(["GET /documents/a", "PUT /documents/a", "DELETE /documents/a", "GET /", "PUT /documents?acl"])(
    "is AccessDenied: %s",
    async (line) => expectError(await send(line, { headers: ["Content-Length: 0"] }), 403, "AccessDenied"),
  );

  test("by another scheme is refused", async () => {
    expectError(await send("GET /documents/a", { headers: ["Authorization: AWS a:b"] }), 400, "InvalidArgument");
    expectError(
      await send("GET /documents/a", { headers: ["Authorization: AWS4-HMAC-SHA256 nonsense"] }),
      400,
      "AuthorizationHeaderMalformed",
    );
  });
});
