import { expect, test } from "vitest";
import { readFile } from "./fixtures/template.js";

const FILES = ["sam/template.yaml", "cloudformation/template.yaml", "terraform/main.tf", "terraform/notifier.tf"];

test("what docs/deploy.md shows of these files is in them, word for word", () => {
  const files = FILES.map(readFile);
  const shown = [...readFile("../../docs/deploy.md").matchAll(/^```(?:yaml|hcl)\n([\s\S]*?)^```/gm)];

  expect(shown.length).toBeGreaterThanOrEqual(4);
  expect(shown.map(([, text = ""]) => text).filter((text) => !files.some((file) => file.includes(text)))).toEqual([]);
});
