import type { Readable, Writable } from "node:stream";
import { CliError } from "./cli-error.js";

/** Questions to the person at the terminal. */
export interface Ask {
  /** A line of text. `refuse` says what is wrong with an answer, which is then asked for again. */
  text(question: TextQuestion): Promise<string>;
  choice<TValue extends string>(question: ChoiceQuestion<TValue>): Promise<TValue>;
}

export interface TextQuestion {
  readonly message: string;
  /** The answer where nothing is typed. */
  readonly suggestion: string;
  refuse(answer: string): string | undefined;
}

export interface ChoiceQuestion<TValue extends string> {
  readonly message: string;
  /** The first is the one suggested. */
  readonly options: readonly { readonly value: TValue; readonly label: string }[];
}

/**
 * Asks on a terminal.
 *
 * @throws `CliError` from every question that is cancelled
 */
export function askOn(input: Readable, output: Writable): Ask {
  const streams = { input, output };
  return {
    text: async ({ message, suggestion, refuse }) => {
      const validate = (answer: string | undefined) => refuse(answer || suggestion);
      const given = { message, placeholder: suggestion, defaultValue: suggestion, validate, ...streams };
      const { text } = await prompts();
      return answered(await text(given));
    },
    choice: async <TValue extends string>({ message, options }: ChoiceQuestion<TValue>) => {
      const listed = options.map(({ value, label }) => ({ value: value as string, label }));
      const { select } = await prompts();
      return answered(await select({ message, options: listed, ...streams })) as TValue;
    },
  };
}

/** Loaded late: most commands ask nothing. */
const prompts = () => import("@clack/prompts");

/** A symbol stands for Ctrl-C. */
function answered(answer: string | symbol): string {
  if (typeof answer === "symbol") throw new CliError("Cancelled; nothing was made.");
  return answer;
}
