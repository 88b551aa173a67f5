import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

const FLOW = {
  "flow.mjs": module(
    'const review = step("review", undefined, { route: () => ({ score: 1 }) });',
    'const read = (name, key) => defineStep(z.object({ [key]: Output }), Output, () => ({ text: "" }), { name });',
    'export const process = orders.step(review).choice({ as: "decide", cases: [',
    '  { when: (route) => route.review.score.atLeast(3), run: (way) => way.step(read("praise", "review-output")) },',
    '  { when: (route) => route.review.score.equals(0), run: (way) => way.fail({ error: "Bad" }) },',
    "] })",
    '  .step(step("risky")).catch(["Busy"], (way) => way.wait({ seconds: 5 }))',
    '  .parallel((p) => p.step(step("left")), (p) => p.step(step("right")))',
    '  .repeat((round) => round.step(step("poll")), { until: (route) => route.review.score.equals(1), maxRounds: 3 });',
  ),
};

describe("graph", () => {
  test("draws a flow as Mermaid, with conditions, errors and data on the edges", async () => {
    const { exitCode, stdout, stderr } = await useProject(FLOW).sfs3(["graph", "flow.mjs"]);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "flowchart TD
        accTitle: Orders
        n0(["Orders"])
        n1["review"]
        n2{"decide"}
        n3["praise"]
        n4(["fail-1<br/>Bad"])
        n5["risky"]
        n6("wait-1<br/>5 s")
        n12(["succeeded"])
        subgraph c0[" "]
          n7{{"parallel-1<br/>all at once"}}
          n8["left"]
          n9["right"]
        end
        subgraph c1[" "]
          n10{{"repeat-1<br/>at most 3 rounds"}}
          n11["poll"]
        end
        n0 -->|"reads foo"| n1
        n1 -->|"writes review-output"| n2
        n2 -->|"review.score #62;= 3<br/>reads review-output"| n3
        n2 -->|"review.score = 0"| n4
        n3 -->|"writes praise-output<br/>reads foo"| n5
        n2 -->|"otherwise<br/>reads foo"| n5
        n5 -.->|"Busy"| n6
        n5 -->|"writes risky-output"| n7
        n6 --> n7
        n7 -->|"reads foo"| n8
        n7 -->|"reads foo"| n9
        n8 -->|"writes left-output"| n10
        n9 -->|"writes right-output"| n10
        n10 -->|"reads foo"| n11
        n11 -.->|"again"| n10
        n11 -->|"until review.score = 1<br/>writes poll-output"| n12
      "
    `);
  });

  test("draws it as SVG that says what it shows to those who do not see it", async () => {
    const { sfs3, path } = useProject(FLOW);

    const { exitCode, stdout } = await sfs3(["graph", "flow.mjs", "--format", "svg", "--out", "docs/orders.svg"]);

    const svg = readFileSync(path("docs/orders.svg"), "utf8");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .+ role="img" aria-labelledby="title desc">\n/);
    expect(svg).toContain('<title id="title">Orders</title>');
    expect(svg).toContain("decide (a choice) leads to praise, fail-1, risky.");
    expect(svg).toContain("prefers-color-scheme:dark");
  });

  test("says with --check whether a picture is the flow's of now", async () => {
    const { sfs3, path } = useProject(FLOW);
    const draw = ["graph", "flow.mjs", "--format", "svg", "--out", "orders.svg"];

    const missing = await sfs3([...draw, "--check"]);
    await sfs3(draw);
    const fresh = await sfs3([...draw, "--check"]);
    writeFileSync(path("orders.svg"), "<svg/>");
    const stale = await sfs3([...draw, "--check"]);

    expect([missing.exitCode, fresh.exitCode, stale.exitCode]).toEqual([1, 0, 1]);
    expect(stale.stderr).toContain("orders.svg is not what the flow looks like now. Draw it again");
    expect(readFileSync(path("orders.svg"), "utf8")).toBe("<svg/>");
  });

  test("wants the file to compare with", async () => {
    const { exitCode, stderr } = await useProject(FLOW).sfs3(["graph", "flow.mjs", "--check"]);

    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "--check needs the file to compare with. Add --out <file>.\n",
    });
  });
});
