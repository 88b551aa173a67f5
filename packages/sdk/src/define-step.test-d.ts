import { describe, expectTypeOf, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { defineStep } from "./define-step.js";

const order = z.object({
  id: z.string(),
  lines: z.coerce.number(),
  at: z.string().transform((text) => new Date(text)),
});
const price = z.object({ cents: z.number(), currency: z.enum(["eur", "usd"]).default("eur") });

describe("defineStep", () => {
  test("fn receives the parsed input and returns schemaOut's input", () => {
    defineStep(
      order,
      price,
      async (data, context) => {
        expectTypeOf(data).toEqualTypeOf<{ id: string; lines: number; at: Date }>();
        expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
        return { cents: data.lines };
      },
      { name: "price" },
    );
  });

  test("literals that fn returns are taken as the schema's literals, nested and in promises", () => {
    const verdict = z.object({
      status: z.enum(["ok", "refused"]),
      tags: z.array(z.literal("a")),
      shape: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("circle"), radius: z.number() }),
        z.object({ kind: z.literal("square"), side: z.number() }),
      ]),
    });

    defineStep(order, verdict, () => ({ status: "ok", tags: ["a"], shape: { kind: "square", side: 1 } }), {
      name: "v",
    });
    defineStep(
      order,
      verdict,
      async ({ lines }) => {
        if (lines > 3) return { status: "refused", tags: [], shape: { kind: "circle", radius: lines } };
        return { status: "ok", tags: ["a"], shape: { kind: "square", side: 1 } };
      },
      { name: "v" },
    );
    // @ts-expect-error "maybe" is no status
    defineStep(order, verdict, () => ({ status: "maybe", tags: [], shape: { kind: "square", side: 1 } }), {
      name: "v",
    });
  });

  test("names and keys are literal", () => {
    const step = defineStep(order, price, () => ({ cents: 1 }), { name: "price" });
    const renamed = defineStep(order, price, () => ({ cents: 1 }), { name: "price", outputKey: "bill" });

    expectTypeOf(step.options.name).toEqualTypeOf<"price">();
    expectTypeOf(step.options.outputKey).toEqualTypeOf<"price-output">();
    expectTypeOf(renamed.options.outputKey).toEqualTypeOf<"bill">();
    expectTypeOf(step.schemaIn).toEqualTypeOf<typeof order>();
  });

  test("route values keep their literals", () => {
    const step = defineStep(order, price, () => ({ cents: 1 }), { name: "p", route: ({ currency }) => ({ currency }) });

    type Route = ReturnType<NonNullable<typeof step.options.route>>;
    expectTypeOf<Route>().toEqualTypeOf<{ currency: "eur" | "usd" }>();
  });

  test("zod/mini schemas are accepted", () => {
    const step = defineStep(
      mini.object({ a: mini.string() }),
      mini.object({ n: mini.number() }),
      ({ a }) => ({ n: a.length }),
      {
        name: "mini",
      },
    );

    expectTypeOf(step.options.name).toEqualTypeOf<"mini">();
  });

  test("misuse does not compile", () => {
    // @ts-expect-error cents is a number, not a string
    defineStep(order, price, () => ({ cents: "1" }), { name: "p" });
    // @ts-expect-error a misspelt option
    defineStep(order, price, () => ({ cents: 1 }), { name: "p", timeoutSecond: 3 });
    // @ts-expect-error a step has a name
    defineStep(order, price, () => ({ cents: 1 }), {});
    // @ts-expect-error route values are scalars
    defineStep(order, price, () => ({ cents: 1 }), { name: "p", route: () => ({ deep: {} }) });
    // @ts-expect-error the input has no such field
    defineStep(order, price, ({ nobody }) => ({ cents: nobody }), { name: "p" });
  });
});
