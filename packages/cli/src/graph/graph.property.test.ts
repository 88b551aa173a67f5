import { type FlowDefinition, outlinedStates, outlineOf, startedFlows } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { randomFlows } from "../fixtures/random-flows.js";
import { flowGraph } from "./flow-graph.js";
import { toMermaid } from "./mermaid.js";
import { toSvg } from "./svg.js";

function drawn(flow: FlowDefinition) {
  const started = startedFlows(flow).map(outlineOf);
  return flowGraph(outlineOf(flow), Object.fromEntries(started.map((outline) => [outline.name, outline])));
}

const stateNames = (flow: FlowDefinition) => [...outlinedStates(outlineOf(flow).states)].map(({ name }) => name).sort();

/** Names of the nodes that stand for states: all but the beginning and the end. */
const nodeNames = (flow: FlowDefinition) =>
  drawn(flow)
    .nodes.filter(({ kind }) => kind !== "begin" && kind !== "end")
    .map(({ name }) => name)
    .sort();

const NODE = /^ *(n\d+)(\(\[|\[\/|\[\[|\{\{|\{|\[|\(|>)"([^"]*)"(\]\)|\/\]|\]\]|\}\}|\}|\]|\))$/;
const EDGE = /^ {2}(n\d+) (-->|-\.->)(\|"[^"]+"\|)? (n\d+)$/;

test("whatever the builder builds is drawn with each state once, and every edge between two of them", () => {
  fc.assert(
    fc.property(randomFlows(), (flow) => {
      const { nodes, edges } = drawn(flow);
      const reached = new Set(edges.map(({ to }) => to));

      expect(nodeNames(flow)).toEqual(stateNames(flow));
      expect(nodes.filter(({ id, kind }) => kind !== "begin" && !reached.has(id))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("its Mermaid text has a declaration for each node, edges between those, and every frame closed", () => {
  fc.assert(
    fc.property(randomFlows(), (flow) => {
      const graph = drawn(flow);
      const [head, title, ...lines] = toMermaid(graph).trimEnd().split("\n");
      const of = (pattern: RegExp) => lines.flatMap((line) => (pattern.exec(line) === null ? [] : [line]));
      const ids = lines.flatMap((line) => NODE.exec(line)?.[1] ?? []);

      expect([head, title]).toEqual(["flowchart TD", `  accTitle: ${flow.name}`]);
      expect(ids.toSorted()).toEqual(graph.nodes.map(({ id }) => id).toSorted());
      expect(of(EDGE)).toHaveLength(graph.edges.length);
      for (const line of of(EDGE)) {
        const [, from, , , to] = EDGE.exec(line) ?? [];
        expect(ids).toEqual(expect.arrayContaining([from, to]));
      }
      expect(of(/^ *subgraph c\d+\[" "\]$/)).toHaveLength(graph.clusters.length);
      expect(of(/^ *end$/)).toHaveLength(graph.clusters.length);
      expect(lines).toHaveLength(ids.length + graph.edges.length + 2 * graph.clusters.length);
      expect(lines.join("")).not.toMatch(/[\p{Cc}]/u);
    }),
    { numRuns: 100 },
  );
});

test("its SVG is well-formed, the same each time, and has each state once", () => {
  fc.assert(
    fc.property(randomFlows(), (flow) => {
      const graph = drawn(flow);
      const svg = toSvg(graph);

      expect(XMLValidator.validate(svg)).toBe(true);
      expect(toSvg(graph)).toBe(svg);
      const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === "g" });
      const groups: readonly { "@_class": string }[] = parser.parse(svg).svg.g;
      expect(groups.filter((group) => group["@_class"].startsWith("node"))).toHaveLength(graph.nodes.length);
      expect(svg).not.toContain("NaN");
    }),
    { numRuns: 12 },
  );
});
