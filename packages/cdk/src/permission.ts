import { Effect, type IGrantable, PolicyStatement, type PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.js";

/** What a role may do, or may not whatever else it may. */
export interface Permission {
  readonly effect?: Effect;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: NonNullable<PolicyStatementProps["conditions"]>;
  /** Why a resource has a wildcard in it. */
  readonly wildcard?: string;
}

export const permit = ({ grantPrincipal }: IGrantable, permission: Permission): void => {
  const { effect = Effect.ALLOW, actions, resources, conditions = {}, wildcard } = permission;
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ effect, actions: [...actions], resources: [...resources], conditions }),
  );
  if (wildcard !== undefined && Construct.isConstruct(grantPrincipal)) {
    acknowledgeWildcards(grantPrincipal, resources, wildcard);
  }
};

export const forbid = (grantable: IGrantable, permission: Omit<Permission, "effect" | "wildcard">): void =>
  permit(grantable, { ...permission, effect: Effect.DENY });
