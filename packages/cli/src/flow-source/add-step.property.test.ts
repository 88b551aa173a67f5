import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@babel/parser";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addStep } from "./add-step.js";
import { findFlow } from "./find-flow.js";
import { flowOf, shapeOf } from "./fixtures/evaluate.js";
import { findTarget } from "./place.js";

/** A chain as it is written: each call with what stands before its dot, and the names of its states. */
interface Written {
  readonly text: string;
  readonly names: readonly string[];
}

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sfs3-chains-")));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gap = fc.constantFrom("", "\n  ", "\n\t\t", " /* a */ ", " // b\n    ", "\n  // c\n  /* d\n e */\n  ", "\r\n  ");
const wrapping = fc.constantFrom<(chain: string) => string>(
  (chain) => chain,
  (chain) => `(${chain})`,
  (chain) => `(${chain} satisfies unknown)`,
  (chain) => `(/* so */ ${chain} as never)`,
);

/** Names are counted as they are written, so that each stands for one state. */
const SLOT = "§";

const branch = (chain: string, parameter: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    `(${parameter}) => ${chain}`,
    `${parameter} => (${chain})`,
    `(${parameter}) => { return ${chain}; }`,
    `function (${parameter}) {\n  const unused = 1;\n  return ${chain} // so\n}`,
  );

const { calls } = fc.letrec<{ call: string; calls: string }>((tie) => {
  const inner = tie("calls").chain((chain) => branch(`b${chain}`, "b"));
  return {
    call: fc.oneof(
      { maxDepth: 3, depthIdentifier: "chain" },
      fc.constantFrom(
        `.step(${SLOT})`,
        `.step(${SLOT}, { timeoutSeconds: 5 },)`,
        `.wait({ as: "${SLOT}", seconds: 1 })`,
      ),
      inner.map((recovery) => `.step(${SLOT}) /* e */ .catch(["X"], ${recovery})`),
      fc
        .tuple(inner, inner, fc.constantFrom("", ",", ", // f\n"))
        .map(([one, other, end]) => `.parallel(${one},\n  ${other}${end})`),
      fc
        .tuple(inner, inner)
        .map(
          ([one, other]) => `.choice({ cases: [{ when: (r) => r.go.n.equals(1), run: ${one} }], otherwise: ${other} })`,
        ),
      inner.map((body) => `.repeat(${body}, { until: (r) => r.go.n.equals(1), maxRounds: 2 })`),
    ),
    calls: fc.array(fc.tuple(gap, tie("call")), { minLength: 1, maxLength: 3 }).map((all) => all.flat().join("")),
  };
});

const source = fc
  .record({
    calls,
    wrap: wrapping,
    end: fc.constantFrom(";", "", " // end", ";\n// end\n"),
    last: fc.constantFrom("", `.fail({ error: "X", as: "${SLOT}" })`),
  })
  .map(({ calls, wrap, end, last }): Written => {
    const begin = `flow("Orders", { input: z.object({}) }).pass("go", { route: { n: 1 } })`;
    let count = 0;
    const names: string[] = [];
    const numbered = wrap(`${begin}${calls}${last}`).replaceAll(new RegExp(SLOT, "g"), () => {
      count += 1;
      names.push(`s${count}`);
      return `s${count}`;
    });
    const steps = names.map((name) => `  ${name},`).join("\n");
    return {
      names,
      text: `// head\nimport { flow } from "@sfs3/sdk/flow";\nimport {\n${steps}\n} from "./steps.js"; // all\n\nexport const orders = ${numbered}${end}`,
    };
  });

/** Everything of a source that is not white space, in order. */
const tokensOf = (text: string): readonly string[] =>
  (parse(text, { sourceType: "module", plugins: ["typescript"], tokens: true }).tokens ?? [])
    .toSorted((one: { start: number }, other: { start: number }) => one.start - other.start)
    .map(({ start, end }: { start: number; end: number }) => text.slice(start, end).replaceAll(/\s+/g, " "));

/** What is left of `all` when `part` is taken out of it, in order; `undefined` where it is not in it. */
function without(all: readonly string[], part: readonly string[]): readonly string[] | undefined {
  const rest: string[] = [];
  let next = 0;
  for (const token of all) {
    if (token === part[next]) next += 1;
    else rest.push(token);
  }
  return next === part.length ? rest : undefined;
}

test("whatever the chain, a step goes where it is wanted, and each other token and comment stays in its order", () => {
  fc.assert(
    fc.property(source, fc.nat(), fc.constantFrom("after", "before", "inBranch"), ({ text, names }, at, word) => {
      const flow = flowOf(text);
      const wanted = names[at % names.length] ?? "s1";
      const path = join(folder, "flow.ts");
      writeFileSync(path, text);
      const target = targetOf(flow, word, wanted);
      fc.pre(target !== undefined);
      if (target === undefined) return;

      const edited = addStep(findFlow(path, "orders"), {
        flow,
        target,
        step: { identifier: "added", specifier: "./added.js" },
      });

      const added = without(tokensOf(edited), tokensOf(text));
      expect(added?.filter((token) => token !== "").toSorted()).toEqual(ADDED);
      expect(JSON.stringify(shapeOf(flowOf(edited)))).toBe(JSON.stringify(shapeOf(flow, target)));
    }),
    { numRuns: 300 },
  );
});

const ADDED = ["import", "{", "added", "}", "from", '"./added.js"', ";", ".", "step", "(", "added", ")"].toSorted();

/** `undefined` where there is no such place: behind an end, or at the end of no branch. */
function targetOf(flow: FlowDefinition, word: string, name: string) {
  try {
    return findTarget(flow, { [word]: name });
  } catch {
    return undefined;
  }
}
