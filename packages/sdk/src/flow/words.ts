import { isObject } from "../json-object.js";
import { refusal } from "./refusal.js";
import type { STATE_MAKERS } from "./state-makers.js";

interface WordOptions {
  /** Which argument of the word holds its options. */
  readonly argument: number;
  readonly fields: readonly string[];
  readonly required: readonly string[];
}

/** What each word takes as options; `parallel` takes branches only. */
const WORD_OPTIONS: Readonly<Record<Exclude<keyof typeof STATE_MAKERS, "parallel">, WordOptions>> = {
  step: { argument: 1, fields: ["as", "timeoutSeconds", "retry"], required: [] },
  choice: { argument: 0, fields: ["as", "cases", "otherwise"], required: ["cases"] },
  map: { argument: 0, fields: ["as", "over", "count", "maxConcurrency", "distributed"], required: ["over"] },
  repeat: { argument: 1, fields: ["as", "until", "maxRounds", "pauseSeconds"], required: ["until", "maxRounds"] },
  wait: { argument: 0, fields: ["as", "seconds", "until"], required: [] },
  start: { argument: 1, fields: ["as", "wait", "timeoutSeconds"], required: [] },
  callback: {
    argument: 1,
    fields: ["as", "timeoutSeconds", "heartbeatSeconds", "retry", "result"],
    required: ["timeoutSeconds"],
  },
  pass: { argument: 1, fields: ["route"], required: [] },
  succeed: { argument: 0, fields: ["as"], required: [] },
  fail: { argument: 0, fields: ["as", "error", "cause"], required: ["error"] },
  state: { argument: 2, fields: ["writes"], required: [] },
};

/**
 * For authors without the compiler: a misspelt option would change the flow without a word.
 *
 * @throws `FlowDefinitionError` that names the word, the option and what there is
 */
export function checkWord(flowName: string, word: string, args: readonly unknown[]): void {
  if (!Object.hasOwn(WORD_OPTIONS, word)) return;
  const { argument, fields, required } = WORD_OPTIONS[word as keyof typeof WORD_OPTIONS];
  const options = args[argument] ?? {};
  if (!isObject(options)) throw refusal(`${flowName}: .${word}() has no options object.`, optionsOf(fields));
  const unknown = Object.keys(options).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw refusal(`${flowName}: .${word}() knows no option '${unknown}'.`, optionsOf(fields));
  const missing = required.find((field) => options[field] === undefined);
  if (missing !== undefined) throw refusal(`${flowName}: .${word}() lacks its option '${missing}'.`, optionsOf(fields));
  if (word === "wait" && (options.seconds === undefined) === (options.until === undefined)) {
    throw refusal(`${flowName}: .wait() does not know how long.`, "Give it either seconds or until.");
  }
}

const optionsOf = (fields: readonly string[]): string => `Its options are ${fields.join(", ")}.`;
