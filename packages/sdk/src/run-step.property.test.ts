import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  expectNoPollution,
  hostileJson,
  hostileObject,
  hostileText,
  nested,
  replaying,
} from "../../../fuzz/hostile.js";
import { defineStep } from "./define-step.js";
import { FAILURES } from "./errors.js";
import payloads from "./fixtures/corpus/payloads.json" with { type: "json" };
import sidecars from "./fixtures/corpus/sidecars.json" with { type: "json" };
import topicRoots from "./fixtures/corpus/topic-roots.json" with { type: "json" };
import { type TestStepResult, testStep } from "./testing/index.js";

/** Whatever comes in: a step ends, by an error of the table where it fails, and reaches nothing of other transactions. */

const KEY = /^[A-Za-z0-9_-]{1,64}(\/[A-Za-z0-9_-]+(\/\d{8})?(\.json)?)?\/?$/;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

const copy = defineStep(z.looseObject({}), z.looseObject({}), (data) => ({ ...data }), { name: "copy" });
const count = defineStep(z.object({ foo: z.json() }), z.json(), ({ foo }) => foo, {
  name: "count",
  ready: ({ foo }) => foo !== undefined,
  notify: "terminal",
});

/** Own members by name, `__proto__` too, each as JSON. */
const texts = (value: object) => new Map(Object.entries(value).map(([key, member]) => [key, JSON.stringify(member)]));

const expectNamed = ({ error }: TestStepResult) => {
  if (error !== undefined) expect(Object.keys(FAILURES)).toContain(error.name);
};

describe("a payload of any kind", () => {
  const entry = hostileObject({
    execution: hostileText,
    state: hostileText,
    enteredAt: hostileText,
    attempt: fc.nat(3),
  });
  const payload = hostileObject({
    processData: hostileText,
    subtopic: hostileText,
    route: fc.dictionary(hostileText, hostileJson, { maxKeys: 3 }),
    sfs3: entry,
  });

  test("is returned as it came, or refused by name; keys and topics stay those of its transaction", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileJson, payload), async (event: unknown) => {
        const result = await testStep(copy, { event, sidecar: { foo: "bar" } });

        expectNamed(result);
        expectNoPollution();
        for (const { key } of result.requests) expect(key).toMatch(KEY);
        for (const { topic } of result.messages) {
          const [root, ...levels] = topic.split("/");
          expect(root).toBe("test");
          expect(levels.length).toBeGreaterThan(1);
          for (const level of levels) expect(level).toMatch(NAME);
        }
        if (result.payload !== undefined) {
          const { sfs3: _, ...given } = event as Record<string, unknown>;
          expect(texts(result.payload)).toEqual(texts({ processData: "test-transaction", ...given }));
        }
      }),
      replaying<unknown>(payloads, 200),
    );
  });
});

describe("a sidecar of any bytes", () => {
  const document = hostileObject({ foo: hostileJson, $sfs3: hostileJson, "copy-output": hostileJson });
  const json = document.map((value) => JSON.stringify(value));
  const damaged = fc
    .tuple(json, fc.nat(), fc.string({ unit: "binary", maxLength: 3 }))
    .map(
      ([text, at, bit]) => `${text.slice(0, at % (text.length + 1))}${bit}${text.slice((at % (text.length + 1)) + 1)}`,
    );
  const text = fc.oneof(json, damaged, fc.string({ unit: "binary" }));

  const others = (text: string) => {
    const { "copy-output": _, $sfs3: __, ...rest } = JSON.parse(text.replace(/^\ufeff/, "")) as Record<string, unknown>;
    return texts(rest);
  };

  test("is merged without a loss, or refused by name and left alone", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (before) => {
        const result = await testStep(copy, { sidecar: before });

        expectNamed(result);
        expectNoPollution();
        const after = result.text ?? "";
        if (result.error !== undefined) expect(after).toBe(Buffer.from(before).toString());
        else expect(others(after)).toEqual(others(Buffer.from(before).toString()));
      }),
      replaying(sidecars, 200),
    );
  });

  test("that is no text at all is refused and left alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (bytes) => {
        const result = await testStep(copy, { sidecar: bytes });

        expect(result.error?.name).toBe("SidecarCorruptError");
        expect(result.puts).toEqual([]);
      }),
      replaying([], 60),
    );
  });

  test("shows the step no object with a prototype of its own", async () => {
    const proto = '{"foo":{"__proto__":{"admin":true},"\\u005f_proto__":{"admin":true}},"__proto__":{"admin":true}}';
    const seen: unknown[] = [];
    const look = defineStep(
      z.looseObject({}),
      z.object({}),
      (data) => {
        seen.push(data.admin, Object.assign({}, data.foo as object), Object.keys(data));
        return {};
      },
      { name: "look" },
    );

    await testStep(look, { sidecar: proto });

    expect(seen).toEqual([undefined, {}, ["foo"]]);
    expect((seen[1] as Record<string, unknown>).admin).toBeUndefined();
  });

  test.each([
    ["the step's input", count, "StepInputError"],
    ["what the step returns", copy, "StepOutputError"],
  ])("that is nested too deep for %s fails by name", async (_, step, name) => {
    const { error } = await testStep(step, { sidecar: `{"foo":${nested(100_000)}}` });

    expect(error?.name).toBe(name);
    expect(error?.message).toContain("nested too deep");
  });
});

describe("a topic root of any kind", () => {
  test("publishes below itself, without a wildcard and within IoT's limits, or is refused", async () => {
    const level = fc.oneof(hostileText, fc.constantFrom("", "$share", "a b", "é"));
    const root = fc.array(level, { minLength: 1, maxLength: 9 }).map((levels) => levels.join("/"));
    await fc.assert(
      fc.asyncProperty(root, async (TOPIC_ROOT) => {
        const result = await testStep(count, { sidecar: { foo: 1 }, event: { subtopic: "w" }, env: { TOPIC_ROOT } });

        expectNamed(result);
        for (const { topic } of result.messages) {
          expect(topic.startsWith(`${TOPIC_ROOT}/w/test-transaction`)).toBe(true);
          expect(topic).not.toMatch(/^\$|[#+\p{Cc}]/u);
          expect(Buffer.byteLength(topic)).toBeLessThanOrEqual(256);
          expect(topic.split("/").length).toBeLessThanOrEqual(8);
        }
      }),
      replaying(topicRoots, 100),
    );
  });
});
