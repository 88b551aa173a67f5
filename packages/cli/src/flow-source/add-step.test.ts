import { describe, expect, test } from "vitest";
import { useProject } from "../fixtures/use-project.js";
import { addStep } from "./add-step.js";
import { findFlow } from "./find-flow.js";
import { flowOf, shapeOf } from "./fixtures/evaluate.js";
import { findTarget, type PlaceOptions } from "./place.js";

const STEP = { identifier: "added", specifier: "./steps/added.js" };

/** The source with the step `added` at the place. */
function edited(source: string, place: PlaceOptions = {}, step = STEP): string {
  const project = useProject({ "src/flow.ts": source });
  const flow = flowOf(source);
  return addStep(findFlow(project.path("src/flow.ts"), "orders"), { flow, target: findTarget(flow, place), step });
}

const HEAD = `import { flow } from "@sfs3/sdk/flow";
import { a, b, c, d } from "./steps.js";
`;
const ADDED = `import { flow } from "@sfs3/sdk/flow";
import { a, b, c, d } from "./steps.js";
import { added } from "./steps/added.js";
`;

interface Row {
  readonly what: string;
  readonly place: PlaceOptions;
  readonly before: string;
  readonly after: string;
}

const START = `flow("Orders", { input: z.object({}) })`;

const ROWS: readonly Row[] = [
  {
    what: "into a flow without a state",
    place: {},
    before: `export const orders = ${START};`,
    after: `export const orders = ${START}.step(added);`,
  },
  {
    what: "at the end of a chain in one line",
    place: {},
    before: `export const orders = ${START}.step(a);`,
    after: `export const orders = ${START}.step(a).step(added);`,
  },
  {
    what: "at the end of a chain with a line for each call",
    place: {},
    before: `export const orders = ${START}\n  .step(a)\n  .step(b, { timeoutSeconds: 3 });`,
    after: `export const orders = ${START}\n  .step(a)\n  .step(b, { timeoutSeconds: 3 })\n  .step(added);`,
  },
  {
    what: "behind a step, its options and its catches",
    place: { after: "a" },
    before: `export const orders = ${START}
  .step(a, {
    timeoutSeconds: 3,
  })
  .catch(["X"], (recovery) => recovery.step(c))
  .step(b);`,
    after: `export const orders = ${START}
  .step(a, {
    timeoutSeconds: 3,
  })
  .catch(["X"], (recovery) => recovery.step(c))
  .step(added)
  .step(b);`,
  },
  {
    what: "before the first step",
    place: { before: "a" },
    before: `export const orders = ${START}\n\t.step(a)\n\t.step(b)`,
    after: `export const orders = ${START}\n\t.step(added)\n\t.step(a)\n\t.step(b)`,
  },
  {
    what: "before the state that ends the process",
    place: {},
    before: `export const orders = ${START}\n  .step(a)\n  .fail({ error: "X" });`,
    after: `export const orders = ${START}\n  .step(a)\n  .step(added)\n  .fail({ error: "X" });`,
  },
  {
    what: "between comments, each of which stays with its own call",
    place: { after: "a" },
    before: `export const orders = ${START}
  // first
  .step(a) // takes the stock
  // then
  .step(b); // and that is all`,
    after: `export const orders = ${START}
  // first
  .step(a) // takes the stock
  .step(added)
  // then
  .step(b); // and that is all`,
  },
  {
    what: "behind the comment that ends a chain without a semicolon",
    place: {},
    before: `export const orders = ${START}.step(a) // last\n`,
    after: `export const orders = ${START}\n  .step(a) // last\n  .step(added)\n`,
  },
  {
    what: "behind a start of several lines, as formatters have it",
    place: { before: "a" },
    before: `export const orders = flow("Orders", {\n  input: z.object({}),\n}).step(a).step(b);`,
    after: `export const orders = flow("Orders", {\n  input: z.object({}),\n})\n  .step(added)\n  .step(a)\n  .step(b);`,
  },
  {
    what: "inside what satisfies a type",
    place: {},
    before: `export const orders = (${START}\n  .step(a)) satisfies object as typeof undefined & object;`,
    after: `export const orders = (${START}\n  .step(a)\n  .step(added)) satisfies object as typeof undefined & object;`,
  },
  {
    what: "into the branch of a parallel that holds the step",
    place: { after: "b" },
    before: `export const orders = ${START}
  .step(a)
  .parallel(
    (branch) => branch.step(b),
    (branch) => branch.step(c),
  );`,
    after: `export const orders = ${START}
  .step(a)
  .parallel(
    (branch) => branch.step(b).step(added),
    (branch) => branch.step(c),
  );`,
  },
  {
    what: "at the end of the branch that a step names",
    place: { inBranch: "b" },
    before: `export const orders = ${START}.parallel((x) => { return x.step(b).step(c) }, function (x) { return x.step(d); });`,
    after: `export const orders = ${START}.parallel((x) => { return x
  .step(b)
  .step(c)
  .step(added) }, function (x) { return x.step(d); });`,
  },
  {
    what: "into the branch of that number",
    place: { after: "a", inBranch: "2" },
    before: `export const orders = ${START}\n  .step(a)\n  .parallel((x) => x.step(b), (x) => x.step(c));`,
    after: `export const orders = ${START}\n  .step(a)\n  .parallel((x) => x.step(b), (x) => x.step(c).step(added));`,
  },
  {
    what: "into a new branch behind the last",
    place: { after: "a", inBranch: "new" },
    before: `export const orders = ${START}
  .step(a)
  .parallel(
    (branch) => branch.step(b), // one
    (branch) => branch.step(c), // two
  );`,
    after: `export const orders = ${START}
  .step(a)
  .parallel(
    (branch) => branch.step(b), // one
    (branch) => branch.step(c), // two
    (branch) => branch.step(added),
  );`,
  },
  {
    what: "into a new branch without a comma at the end",
    place: { after: "b", inBranch: "new" },
    before: `export const orders = ${START}.parallel((x) => x.step(b), (x) => x.step(c));`,
    after: `export const orders = ${START}.parallel((x) => x.step(b), (x) => x.step(c), (branch) => branch.step(added));`,
  },
  {
    what: "into a new branch behind a comment and no comma",
    place: { after: "b", inBranch: "new" },
    before: `export const orders = ${START}.parallel(\n  (x) => x.step(b),\n  (x) => x.step(c) // two\n);`,
    after: `export const orders = ${START}.parallel(\n  (x) => x.step(b),\n  (x) => x.step(c), // two\n  (branch) => branch.step(added)\n);`,
  },
  {
    what: "into a way of a choice, and its otherwise",
    place: { after: "b" },
    before: `export const orders = ${START}.pass("p", { route: { n: 1 } }).choice({
  cases: [{ when: (route) => route.p.n.equals(1), run: (way) => way.step(a) }],
  otherwise: (way) => way.step(b),
});`,
    after: `export const orders = ${START}.pass("p", { route: { n: 1 } }).choice({
  cases: [{ when: (route) => route.p.n.equals(1), run: (way) => way.step(a) }],
  otherwise: (way) => way.step(b).step(added),
});`,
  },
  {
    what: "into a way that has nothing yet",
    place: { after: "p", inBranch: "2" },
    before: `export const orders = ${START}.pass("p", { route: { n: 1 } }).choice({
  cases: [{ when: (route) => route.p.n.equals(1), run(way) { return way.step(a); } }],
  "otherwise": (way) => way,
});`,
    after: `export const orders = ${START}.pass("p", { route: { n: 1 } }).choice({
  cases: [{ when: (route) => route.p.n.equals(1), run(way) { return way.step(a); } }],
  "otherwise": (way) => way.step(added),
});`,
  },
  {
    what: "into a recovery, by number behind the step that it belongs to",
    place: { after: "a", inBranch: "2" },
    before: `export const orders = ${START}
  .step(a)
  .catch(["X"], (recovery) => recovery.step(b))
  .catch(["Y"], (recovery) => recovery.step(c).fail({ error: "Y" }));`,
    after: `export const orders = ${START}
  .step(a)
  .catch(["X"], (recovery) => recovery.step(b))
  .catch(["Y"], (recovery) => recovery.step(c).step(added).fail({ error: "Y" }));`,
  },
  {
    what: "into the rounds of a repeat, behind a step of another state name",
    place: { after: "poll" },
    before: `export const orders = ${START}.pass("p", { route: { n: 1 } })
  .repeat((round) => round.step(a, { as: "poll" }), { until: (route) => route.p.n.equals(1), maxRounds: 3 })
  .step(b);`,
    after: `export const orders = ${START}.pass("p", { route: { n: 1 } })
  .repeat((round) => round.step(a, { as: "poll" }).step(added), { until: (route) => route.p.n.equals(1), maxRounds: 3 })
  .step(b);`,
  },
  {
    what: "behind what a helper made",
    place: {},
    before: `const withA = () => ${START}.step(a);\nexport const orders = withA().step(b);`,
    after: `const withA = () => ${START}.step(a);\nexport const orders = withA().step(b).step(added);`,
  },
  {
    what: "into one of several flows, exported by name further down",
    place: { after: "a" },
    before: `const other = ${START.replace("Orders", "Other")}.step(a);\nconst mine = ${START}.step(a);\nexport { other, mine as orders };`,
    after: `const other = ${START.replace("Orders", "Other")}.step(a);\nconst mine = ${START}.step(a).step(added);\nexport { other, mine as orders };`,
  },
];

describe("a step is added", () => {
  test.each(ROWS)("$what", ({ place, before, after }) => {
    const result = edited(HEAD + before, place);

    expect(result).toBe(ADDED + after);
    expect(JSON.stringify(shapeOf(flowOf(result))).match(/"added"/g)).toHaveLength(1);
  });

  test("with the line ends of the file", () => {
    const before = `${HEAD}export const orders = ${START}\n  .step(a)\n  .step(b);\n`.replaceAll("\n", "\r\n");

    const result = edited(before, { after: "a" });

    expect(result).toContain("\r\n  .step(added)\r\n  .step(b)");
    expect(result.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  test("on a line of its own where the line would become too long", () => {
    const result = edited(
      `${HEAD}export const orders = ${START}${".step(a)".padEnd(90)};`.replace(
        ".step(a)",
        `.step(a, { timeoutSeconds: ${"1".repeat(2)} /* ${"x".repeat(60)} */ })`,
      ),
    );

    expect(result).toContain("})\n  .step(added)");
  });
});

describe("the import", () => {
  const orders = `export const orders = ${START}.step(a);`;

  test.each([
    [
      "stands in the order of the others",
      `import { flow } from "@sfs3/sdk/flow";\nimport { z9 } from "../z.js";\nimport { a } from "./steps/a.js";\nimport { x } from "./steps/x.js";\n`,
      `import { flow } from "@sfs3/sdk/flow";\nimport { z9 } from "../z.js";\nimport { a } from "./steps/a.js";\nimport { added } from "./steps/added.js";\nimport { x } from "./steps/x.js";\n`,
    ],
    [
      "stands last where they have none",
      `import { x } from "./x.js"; // why\nimport { a } from "./a.js"; // because\nimport { flow } from "@sfs3/sdk/flow";\n`,
      `import { x } from "./x.js"; // why\nimport { a } from "./a.js"; // because\nimport { flow } from "@sfs3/sdk/flow";\nimport { added } from "./steps/added.js";\n`,
    ],
    [
      "has the quotes, the ending and no semicolon as they",
      `import { flow } from '@sfs3/sdk/flow'\nimport { a } from './steps/a.ts'\n`,
      `import { flow } from '@sfs3/sdk/flow'\nimport { a } from './steps/a.ts'\nimport { added } from './steps/added.ts'\n`,
    ],
    [
      "has no ending where they have none",
      `import { flow } from "@sfs3/sdk/flow";\nimport { a } from "./steps/a";\n`,
      `import { flow } from "@sfs3/sdk/flow";\nimport { a } from "./steps/a";\nimport { added } from "./steps/added";\n`,
    ],
    [
      "comes first where it belongs there",
      `import { a } from "./x.js";\nimport { flow } from "@sfs3/sdk/flow";\n`,
      `import { added } from "./steps/added.js";\nimport { a } from "./x.js";\nimport { flow } from "@sfs3/sdk/flow";\n`,
    ],
  ])("%s", (_, before, after) => {
    expect(edited(before + orders).slice(0, after.length)).toBe(after);
  });

  test("gives the step another name where its own is taken", () => {
    const source = `${HEAD}const charge = 1;\nexport const chargeStep = charge;\nexport const orders = ${START}.step(a);`;

    const result = edited(source, {}, { identifier: "charge", specifier: "./charge.js" });

    expect(result).toContain('import { charge as chargeStep2 } from "./charge.js";');
    expect(result).toContain(".step(a).step(chargeStep2);");
  });

  test.each(["step", "input", "parallel"])("keeps '%s', which is but the name of a property", (identifier) => {
    const result = edited(
      `${HEAD}export const orders = ${START}.parallel((x) => x.step(a));`,
      {},
      {
        identifier,
        specifier: "./x.js",
      },
    );

    expect(result).toContain(`import { ${identifier} } from "./x.js";`);
  });

  test("of a step named as a branch would be makes the branch another name", () => {
    const source = `${HEAD}export const orders = ${START}.parallel((x) => x.step(a));`;

    const result = edited(source, { after: "a", inBranch: "new" }, { identifier: "branch", specifier: "./branch.js" });

    expect(result).toContain("(path) => path.step(branch)");
  });
});

describe("is left to the author:", () => {
  test.each([
    ["a variable", `export let orders = ${START}; orders = orders.step(a);`, {}, "'orders' is declared by let"],
    [
      "a helper",
      `const both = (f) => f.step(a).step(b);\nexport const orders = both(${START});`,
      { after: "a" },
      "the states before the place are made elsewhere",
    ],
    [
      "a loop",
      `export const orders = [a, b].reduce((f, s) => f.step(s), ${START});`,
      { before: "b" },
      "the states before the place are made elsewhere",
    ],
    [
      "a branch that is written elsewhere",
      `const left = (x) => x.step(a);\nexport const orders = ${START}.parallel(left, (x) => x.step(b));`,
      { after: "a" },
      "are not made by calls in one chain",
    ],
    [
      "branches of a list",
      `const list = [(x) => x.step(a)];\nexport const orders = ${START}.parallel(...list);`,
      { after: "a", inBranch: "new" },
      "are not written one by one",
    ],
    [
      "a branch with two ways out",
      `export const orders = ${START}.parallel((x) => { if (x) return x.step(a); return x.step(b); });`,
      { after: "a" },
      "are not made by calls in one chain",
    ],
    [
      "an expression of another kind",
      `export const orders = true ? ${START}.step(a) : ${START};`,
      {},
      "an expression of another kind",
    ],
    [
      "a word in brackets",
      `export const orders = ${START}["step"](a).step(b);`,
      { before: "a" },
      "the states before the place are made elsewhere",
    ],
  ] as const)("%s", (_, source, place, why) => {
    expect(() => edited(HEAD + source, place)).toThrow(expect.objectContaining({ name: "NotEditableError" }));
    expect(() => edited(HEAD + source, place)).toThrow(why);
  });
});
