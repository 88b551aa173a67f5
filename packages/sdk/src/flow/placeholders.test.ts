import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import { flow, renderAsl, substitute, toAsl } from "./index.js";
import { shieldTemplates } from "./placeholders.js";

const step = defineStep(z.object({}), z.object({}), () => ({}), { name: "charge" });

const placeholder = (name: string) => `\${${name}}`;

/** Texts in which what template languages read is frequent. */
const hostile = fc
  .array(
    fc.constantFrom(
      "$",
      "%",
      "{",
      "}",
      placeholder("Name"),
      `$${placeholder("Name")}`,
      "%{if x}",
      "~",
      "\\",
      '"',
      "a",
      " ",
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(""));

test("the shield changes bytes, never the JSON", () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), (value) => {
      expect(JSON.parse(shieldTemplates(JSON.stringify(value)))).toEqual(value);
    }),
  );
});

test("behind the shield no directive and no escape of a template is left, and every opening is a placeholder's", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const json = shieldTemplates(JSON.stringify(value));

      expect(json).not.toContain("%{");
      expect(json).not.toContain("$${");
      expect(json.replaceAll(/\$\{[A-Za-z0-9_]+\}/g, "")).not.toContain("${");
    }),
  );
});

test("a hand-written state keeps its placeholders; what only looks like a template is no template", () => {
  const priced = `{"at": "${placeholder("TableName")}", "in": "$${placeholder("Currency")}", "$": \${"a": 1}, "%": $x%{"b": 2}}`;
  const orders = flow("Orders", { input: z.object({}) })
    .step(step)
    .state("price", { Type: "Pass", Output: `{% ${priced} %}` });

  const rendered = renderAsl(orders);

  expect(JSON.parse(rendered)).toEqual(toAsl(orders));
  expect([...rendered.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name)).toEqual([
    "ChargeFunctionArn",
    "TableName",
    "Currency",
  ]);
  expect(JSON.parse(substitute(rendered, { Currency: "EUR" })).States.price.Output).toContain('"in": "$EUR"');
});
