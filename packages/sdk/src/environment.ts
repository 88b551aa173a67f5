import { Sfs3Error } from "./errors.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export const requireVariable = (env: Environment, name: string, why: string): string => {
  const value = env[name];
  if (value === undefined || value === "") {
    throw new Sfs3Error("StepConfigurationError", `The environment variable ${name} is not set: ${why}.`);
  }
  return value;
};

/** @returns `undefined` where the variable is not set, which an empty one counts as */
export const requireOneOf = <const TWord extends string>(
  env: Environment,
  name: string,
  words: readonly TWord[],
): TWord | undefined => {
  const value = env[name];
  if (value === undefined || value === "") return undefined;
  const word = words.find((allowed) => allowed === value);
  if (word !== undefined) return word;
  throw new Sfs3Error(
    "StepConfigurationError",
    `The environment variable ${name} is '${value}'; set it to ${words.map((allowed) => `'${allowed}'`).join(" or ")}.`,
  );
};
