import { blob } from "@sfs3/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { sampleFor } from "./sample.js";

const limits = fc.tuple(fc.nat(8), fc.nat(8)).map(([low, more]) => [low, low + more] as const);

/** Schemas of what JSON carries, each with limits that can be kept. */
const { schema } = fc.letrec<{ schema: z.ZodType }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthIdentifier: "schema" },
    limits.map(([min, max]) => z.string().min(min).max(max)),
    limits.map(([min, max]) => z.number().min(min).max(max)),
    limits.map(([min, max]) =>
      z
        .int()
        .gte(min - 20)
        .lte(max - 20),
    ),
    limits.map(([min, max]) =>
      z
        .number()
        .gt(min)
        .lt(max + 0.5),
    ),
    fc.integer({ min: 1, max: 9 }).map((step) => z.number().multipleOf(step).gt(40)),
    fc.constantFrom<z.ZodType>(z.boolean(), z.null(), z.unknown(), z.any(), z.literal("on"), z.enum(["a", "b"])),
    fc.constantFrom<z.ZodType>(
      z.email(),
      z.uuid(),
      z.url(),
      z.iso.datetime(),
      z.iso.date(),
      z.iso.time(),
      z.iso.duration(),
    ),
    fc.constantFrom<z.ZodType>(z.ipv4(), z.ipv6(), z.base64(), z.base64url(), z.e164(), z.cuid(), z.cuid2(), z.ulid()),
    fc.constantFrom<z.ZodType>(
      z.nanoid(),
      z.xid(),
      z.ksuid(),
      z.emoji(),
      z.cidrv4(),
      z.cidrv6(),
      z.uuidv7(),
      z.hostname(),
    ),
    fc.constantFrom<z.ZodType>(
      z.string().regex(/^ORD-\d{6}$/),
      z.string().startsWith("order/").endsWith("!"),
      z
        .string()
        .regex(/^[A-Z]{2}\d?$/)
        .min(3),
      z.string().uppercase(),
      z.templateLiteral(["v", z.int()]),
    ),
    tie("schema").map((inner) => inner.optional().nullable()),
    tie("schema").map((inner) => inner.readonly()),
    fc.tuple(tie("schema"), limits).map(([item, [min, max]]) =>
      z
        .array(item)
        .min(min % 3)
        .max(max),
    ),
    fc
      .array(tie("schema"), { minLength: 1, maxLength: 3 })
      .map((items) => z.tuple(items as [z.ZodType, ...z.ZodType[]])),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((options) => z.union(options)),
    fc
      .dictionary(fc.string({ maxLength: 6 }), tie("schema"), { maxKeys: 4, noNullPrototype: true })
      .map((shape) => z.object(shape)),
    fc
      .dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie("schema"), { maxKeys: 3 })
      .map((shape) => z.object(shape).partial()),
    fc
      .tuple(tie("schema"), tie("schema"))
      .map(([one, other]) => z.intersection(z.object({ one }), z.object({ other }))),
    tie("schema").map((inner) => z.record(z.enum(["x", "y"]), inner)),
    tie("schema").map((inner) => z.record(z.string(), inner)),
  ),
}));

describe("a sample", () => {
  test("is accepted by the schema that it was made for, and the same each time, whatever JSON can carry", async () => {
    await fc.assert(
      fc.asyncProperty(schema, async (schema) => {
        const sample = await sampleFor(schema);

        expect(sample).toMatchObject({ ok: true });
        expect(await sampleFor(schema)).toEqual(sample);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [
      "objects, with what is required",
      z.object({
        id: z.string(),
        lines: z.array(z.object({ cents: z.int().positive() })),
        note: z.string().optional(),
      }),
      { id: "text", lines: [{ cents: 1 }] },
    ],
    ["patterns", z.string().regex(/^ORD-\d{3}$/), expect.stringMatching(/^ORD-\d{3}$/)],
    [
      "unions by a discriminator",
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("card"), last4: z.string().length(4) }),
        z.object({ kind: z.literal("cash") }),
      ]),
      { kind: "card", last4: "text" },
    ],
    ["what coercion takes", z.object({ at: z.coerce.date() }), { at: "2030-01-31T12:00:00Z" }],
    ["what a transform takes", z.object({ on: z.stringbool() }), { on: "true" }],
    [
      "a blob's reference, of the transaction that tests have",
      z.object({ scan: blob() }),
      {
        scan: { $blob: expect.objectContaining({ key: expect.stringMatching(/^test-transaction\/blobs\//), size: 0 }) },
      },
    ],
    ["what gives another type", z.string().transform(Number).pipe(z.number().int()), "1"],
  ])("%s", async (_, schema, value) => {
    expect(await sampleFor(schema)).toEqual({ ok: true, value });
  });

  test("of a schema that holds itself ends", async () => {
    const Tree: z.ZodType = z.object({
      name: z.string(),
      get children() {
        return z.array(Tree);
      },
    });

    expect(await sampleFor(Tree)).toMatchObject({ ok: true, value: { name: "text" } });
  });

  test.each([
    ["dates, which JSON has not", z.date(), "expected date"],
    ["code", z.string().refine((text) => text === "open sesame", "say the word"), "say the word"],
    ["what nothing is", z.never(), "no value can be made"],
    ["a pattern that looks ahead", z.string().regex(/^(?=.*\d)(?=.*[A-Z]).{6}$/), "no value can be made"],
    [
      "what requires itself",
      z.object({
        get self(): z.ZodType {
          return z.lazy(() => Endless);
        },
      }),
      "",
    ],
  ])("there is none of %s, and it says why", async (_, schema, reason) => {
    expect(await sampleFor(schema)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});

const Endless: z.ZodType = z.object({
  get self() {
    return Endless;
  },
});
