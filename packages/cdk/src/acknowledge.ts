import { Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** A rule of cdk-nag that a resource breaks for a reason. */
export interface Acknowledged {
  /** As cdk-nag writes it, what it found included: `AwsSolutions-IAM5[Resource::*]`. */
  readonly rule: string;
  readonly reason: string;
}

/** Says on the construct itself why a rule is broken there; a project that checks no rules is not touched by it. */
export const acknowledge = (construct: IConstruct, { rule, reason }: Acknowledged): void =>
  Validations.of(construct).acknowledge({ id: rule, reason });

/** The same for each resource of a policy that has a wildcard in it. */
export const acknowledgeWildcards = (construct: IConstruct, resources: readonly string[], reason: string): void => {
  for (const resource of resources) {
    const name = nameOf(Stack.of(construct).resolve(resource));
    if (name.includes("*")) acknowledge(construct, { rule: `AwsSolutions-IAM5[Resource::${name}]`, reason });
  }
};

/** How cdk-nag writes what CloudFormation will put together: a reference as the name of what it refers to. */
const nameOf = (resolved: unknown): string => {
  if (typeof resolved === "string") return resolved;
  const [[word, argument] = ["", undefined]] = Object.entries(Object(resolved));
  if (word === "Ref") return `<${argument}>`;
  if (word === "Fn::GetAtt") return `<${[argument].flat().join(".")}>`;
  if (word === "Fn::Join" && Array.isArray(argument)) {
    const [delimiter, parts] = argument;
    return (parts as readonly unknown[]).map(nameOf).join(delimiter);
  }
  return JSON.stringify(resolved);
};
