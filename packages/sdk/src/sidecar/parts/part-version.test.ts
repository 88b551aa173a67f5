import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { createTestStack, testStep } from "../../testing/index.js";
import { versionedBody } from "./part-version.js";

const md5 = (bytes: unknown) => createHash("md5").update(String(bytes)).digest("hex");

test("entries that return the same write different versions: S3's ETag is the MD5 of the bytes, without the journal", async () => {
  const stack = createTestStack({ layout: "parts" });
  stack.write("test-transaction/", {});
  const note = defineStep(z.object({}), z.object({ n: z.number() }), () => ({ n: 1 }), { name: "note" });
  const execution = "arn:aws:states:us-east-1:123456789012:execution:Main:test-transaction";

  for (const second of [0, 2, 4]) {
    const enteredAt = `2030-01-01T00:00:0${second}.000Z`;
    const event = { sfs3: { execution, state: "note", enteredAt, attempt: 1 } };
    expect((await testStep(note, { stack, event })).error).toBeUndefined();
  }

  expect(new Set(stack.puts.map(({ Body }) => md5(Body))).size).toBe(3);
  expect(stack.document("test-transaction/")["note-output"]).toEqual({ n: 1 });
});

test("what tells versions apart is whitespace of one length, which no reader of JSON sees", () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), fc.string(), (output, one, other) => {
      const body = versionedBody(output, one);

      expect(JSON.parse(body.toString())).toEqual(JSON.parse(output));
      expect(body.length).toBe(versionedBody(output, other).length);
      expect(body.equals(versionedBody(output, other))).toBe(one === other);
    }),
  );
});
