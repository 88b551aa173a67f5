import { expect, test } from "vitest";
import { replaceBetweenMarks } from "./page.mjs";

const page = "# Page\n\n<!-- bench: a -->\n\nold\n\n<!-- /bench: a -->\n\n<!-- bench: b -->\n<!-- /bench: b -->\nend\n";

test("a table takes the place of what stood between its marks, and nothing else moves", () => {
  const written = replaceBetweenMarks(page, "a", "| new |");

  expect(written).toBe(page.replace("old", "| new |"));
  expect(replaceBetweenMarks(written, "a", "| new |")).toBe(written);
});

test("a page without the marks is refused, and the message says what to write", () => {
  expect(() => replaceBetweenMarks(page, "c", "")).toThrow("<!-- bench: c -->");
  expect(() => replaceBetweenMarks("<!-- bench: a -->\n", "a", "")).toThrow("<!-- /bench: a -->");
});
