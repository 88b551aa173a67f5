import { Sfs3Error } from "./errors.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export const requireVariable = (env: Environment, name: string, why: string): string => {
  const value = env[name];
  if (value === undefined || value === "") {
    throw new Sfs3Error("StepConfigurationError", `The environment variable ${name} is not set: ${why}.`);
  }
  return value;
};
