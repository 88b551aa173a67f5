import { StepFunctionsError } from "./service-error.js";

export interface Owner {
  readonly region: string;
  readonly accountId: string;
}

// API reference of CreateStateMachine: no white space, brackets, wildcards, special, control, surrogate or invalid characters.
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what AWS refuses
  /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/;

export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || FORBIDDEN.test(name)) {
    throw new StepFunctionsError("InvalidName", `Invalid Name: '${name}'`);
  }
}

const arnOf = ({ region, accountId }: Owner, ...parts: readonly string[]) =>
  ["arn:aws:states", region, accountId, ...parts].join(":");

export const stateMachineArn = (owner: Owner, name: string) => arnOf(owner, "stateMachine", name);
export const activityArn = (owner: Owner, name: string) => arnOf(owner, "activity", name);
export const executionArn = (owner: Owner, machineName: string, name: string) =>
  arnOf(owner, "execution", machineName, name);
export const expressExecutionArn = (owner: Owner, machineName: string, name: string, id: string) =>
  arnOf(owner, "express", machineName, name, id);

/** What follows the account in the ARN of each kind of resource. */
const KINDS = {
  stateMachine: /^stateMachine(:[^:]+){1,2}$/,
  execution: /^execution(:[^:]+){2}$/,
  express: /^express(:[^:]+){3}$/,
  activity: /^activity:[^:]+$/,
  mapRun: /^mapRun:[^:/]+(\/[^:/]+)+:[^:]+$/,
} as const;

export type ArnKind = keyof typeof KINDS;

const ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:(?<resource>.+)$/s;

/** The kind of resource that an ARN names; undefined for what is no ARN of Step Functions. */
export function arnKind(arn: string): ArnKind | undefined {
  const resource = ARN.exec(arn)?.groups?.resource ?? "";
  return (Object.keys(KINDS) as ArnKind[]).find((kind) => KINDS[kind].test(resource));
}

export function checkArn(arn: string, ...kinds: readonly ArnKind[]): void {
  const kind = arnKind(arn);
  if (kind !== undefined && kinds.includes(kind)) return;
  const problem = kind === undefined ? arn : `Resource type not valid in this context: ${kind}`;
  throw new StepFunctionsError("InvalidArn", `Invalid Arn: '${problem}'`);
}
