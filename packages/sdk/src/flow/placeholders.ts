/**
 * Names under which a deployment hands over what exists only once deployed. They are letters and digits, as
 * CloudFormation's `DefinitionSubstitutions` wants its keys.
 */

/** `step-a` as `StepA`. */
const pascalCase = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** Placeholder for the name of the bucket of the sidecars, from which distributed maps read their items. */
export const SIDECAR_BUCKET_PLACEHOLDER = "SidecarBucketName";

/** Placeholder for the ARN of a step's Lambda: `step-a` gives `StepAFunctionArn`. */
export const functionPlaceholder = (step: string): string => `${pascalCase(step)}FunctionArn`;

/** Placeholder for the ARN of a flow's machine: `ProcessA` gives `ProcessAStateMachineArn`. */
export const stateMachinePlaceholder = (flow: string): string => `${pascalCase(flow)}StateMachineArn`;

/** Environment variable in which steps find the ARN of another flow's machine: `Downstream` gives `DOWNSTREAM_STATE_MACHINE_ARN`. */
export const stateMachineVariable = (flow: string): string =>
  `${flow
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase()}_STATE_MACHINE_ARN`;

/** Puts values in place of `${...}`; what has no value stays. */
export const substitute = (definition: string, values: Readonly<Record<string, string>>): string =>
  definition.replace(/\$\{([A-Za-z0-9]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? JSON.stringify(values[name]).slice(1, -1) : placeholder,
  );

/**
 * A definition's JSON in which placeholders are the only text that a template language reads: not only of
 * CloudFormation's, Terraform's reads `%{` and `$${` too. The same JSON in other bytes: what is neither is written as
 * an escape.
 *
 * Source: Terraform, "Strings and Templates".
 */
export const shieldTemplates = (json: string): string =>
  json
    .replaceAll("%{", "%\\u007b")
    .replace(/\$(?=\$+\{)/g, "\\u0024")
    .replace(/\$\{(?![A-Za-z0-9_]+\})/g, "$\\u007b");
