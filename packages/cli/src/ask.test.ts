import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askOn } from "./ask.js";

const CTRL_C = "\u0003";
const DOWN = "\u001b[B";
const ENTER = "\r";

/** A terminal at which somebody types once a question stands there. */
function useTerminal(...keys: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const shown: string[] = [];
  const typed = [...keys];
  output.on("data", (chunk: Buffer) => {
    shown.push(chunk.toString());
    const key = typed.shift();
    if (key !== undefined) setImmediate(() => input.write(key));
  });
  return { ask: askOn(input, output), shown: () => shown.join("") };
}

const NAME = { message: "What is it called?", suggestion: "hello", refuse: () => undefined };
const HOW = {
  message: "How?",
  options: [
    { value: "cdk", label: "AWS CDK" },
    { value: "serverless", label: "Serverless Framework" },
  ],
} as const;

test("what is typed is the answer, and the suggestion where nothing is", async () => {
  const { ask, shown } = useTerminal("orders", ENTER);

  expect(await ask.text(NAME)).toBe("orders");
  expect(await useTerminal(ENTER).ask.text(NAME)).toBe("hello");
  expect(shown()).toContain("What is it called?");
});

test("an answer that is refused is asked for again, with the reason", async () => {
  const refuse = (answer: string) => (answer === "a b" ? "no spaces" : undefined);
  const { ask, shown } = useTerminal("a b", ENTER, "\u007f", "\u007f", ENTER);

  expect(await ask.text({ ...NAME, refuse })).toBe("a");
  expect(shown()).toContain("no spaces");
});

test("a choice is made by the arrow keys, and is the first where none is pressed", async () => {
  expect(await useTerminal(DOWN, ENTER).ask.choice(HOW)).toBe("serverless");
  expect(await useTerminal(ENTER).ask.choice(HOW)).toBe("cdk");
});

test("Ctrl-C at a question ends the command", async () => {
  await expect(useTerminal(CTRL_C).ask.text(NAME)).rejects.toThrow("Cancelled; nothing was made.");
  await expect(useTerminal(CTRL_C).ask.choice(HOW)).rejects.toThrow("Cancelled; nothing was made.");
});
