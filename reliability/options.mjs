import { parseArgs } from "node:util";

/**
 * The options of a script that works for long: numbers from 1, `--keep` and `--help`. What it cannot take ends the process with 2,
 * `--help` with 0.
 *
 * @param numbers their names and defaults, `{ "at-once": 25 }`
 * @returns the numbers by their names, and `keep`
 */
export const readOptions = (args, { usage, numbers }) => {
  const refuse = (problem) => {
    console.error(`${problem}\n\n${usage}`);
    process.exit(2);
  };
  const { help, keep, ...texts } = parsed(args, numbers, refuse);
  if (help) {
    console.log(usage);
    process.exit(0);
  }
  const number = ([name, text]) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1) refuse(`--${name} is ${text}; give an integer from 1.`);
    return [name, value];
  };
  return { keep, ...Object.fromEntries(Object.entries(texts).map(number)) };
};

const parsed = (args, numbers, refuse) => {
  const flag = { type: "boolean", default: false };
  const texts = Object.entries(numbers).map(([name, value]) => [name, { type: "string", default: String(value) }]);
  try {
    const options = { ...Object.fromEntries(texts), keep: flag, help: { ...flag, short: "h" } };
    return parseArgs({ args, options }).values;
  } catch (error) {
    return refuse(error.message);
  }
};
