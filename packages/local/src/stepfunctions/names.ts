import { StepFunctionsError } from "./service-error.js";

export interface Owner {
  readonly region: string;
  readonly accountId: string;
}

// Developer Guide, API reference of CreateStateMachine: no white space, brackets, wildcards, special or control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what AWS refuses
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || FORBIDDEN.test(name)) {
    throw new StepFunctionsError("InvalidName", `Invalid Name: '${name}'`);
  }
}

export const stateMachineArn = ({ region, accountId }: Owner, name: string) =>
  `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;

export const executionArn = ({ region, accountId }: Owner, machineName: string, name: string) =>
  `arn:aws:states:${region}:${accountId}:execution:${machineName}:${name}`;

export function checkArn(arn: string, kind: "stateMachine" | "execution"): void {
  const parts = kind === "stateMachine" ? 1 : 2;
  const pattern = new RegExp(`^arn:aws[a-z-]*:states:[a-z0-9-]+:\\d{12}:${kind}(:[^:]+){${parts}}$`);
  if (!pattern.test(arn)) throw new StepFunctionsError("InvalidArn", `Invalid Arn: '${arn}'`);
}
