import {
  everyState,
  type FlowDefinition,
  functionPlaceholder,
  notExpress,
  renderAsl,
  SIDECAR_BUCKET_PLACEHOLDER,
  stateMachinePlaceholder,
} from "@sfs3/sdk/flow";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.js";
import { DeploymentError } from "./deployment-error.js";
import { hasDistributedMap, permitDistributedMap, permitItems } from "./distributed-map.js";
import { topicArn } from "./iot-arn.js";
import { forbid, permit } from "./permission.js";
import type { Sidecars } from "./sidecars.js";
import { machineOf, permitStartsAndWaits, type StartedMachines } from "./started-machines.js";

/** What the machine is made of. */
export interface MachineProps extends Sidecars {
  readonly flow: FlowDefinition;
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly starts: StartedMachines;
  readonly substitutions: Readonly<Record<string, string>>;
  readonly type: StateMachineType;
  readonly logGroup: ILogGroup;
  readonly name: string | undefined;
}

/** The generated definition as a machine: traced, logged without data, allowed what its states do and no more. */
export const machine = (scope: Construct, id: string, props: MachineProps): StateMachine => {
  const { flow, functions, type, logGroup, name } = props;
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("states.amazonaws.com") });
  const definition = renderAsl(flow);
  if (type === StateMachineType.EXPRESS) checkExpress(flow);
  const made = new StateMachine(scope, id, {
    ...(name !== undefined && { stateMachineName: name }),
    stateMachineType: type,
    definitionBody: DefinitionBody.fromString(definition),
    definitionSubstitutions: substitutionsOf(definition, props),
    role,
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    tracingEnabled: true,
  });
  acknowledgeWildcards(
    role,
    ["*"],
    "The log deliveries and traces of Step Functions are no resources: nothing to name.",
  );
  permit(role, {
    actions: ["lambda:InvokeFunction"],
    resources: Object.values(functions).map(({ functionArn }) => functionArn),
  });
  permitEnd(scope, role, flow);
  permitStartsAndWaits(role, { scope, flow, starts: props.starts });
  if (hasDistributedMap(definition)) permitDistributedMap(scope, role, made);
  if (readsSidecars(definition)) permitItems(role, props);
  return made;
};

/** The topics of a transaction's end, `<root>/<id>` and `<root>/<subtopic>/<id>`, and none below them. */
const permitEnd = (scope: Construct, role: Role, { topicRoot }: FlowDefinition): void => {
  permit(role, {
    actions: ["iot:Publish"],
    resources: [topicArn(scope, `${topicRoot}/*`)],
    wildcard: "A topic is named after its transaction, which begins long after the role was made.",
  });
  forbid(role, { actions: ["iot:Publish"], resources: [topicArn(scope, `${topicRoot}/*/*/*`)] });
};

/** Whether the machine itself reads sidecars: a distributed map of the flow does, one that is written by hand may not. */
const readsSidecars = (definition: string): boolean => definition.includes(`\${${SIDECAR_BUCKET_PLACEHOLDER}}`);

const substitutionsOf = (definition: string, props: MachineProps): Record<string, string> => {
  const { flow, functions, starts, substitutions, bucket } = props;
  const values: Record<string, string> = {
    ...substitutions,
    ...(readsSidecars(definition) && { [SIDECAR_BUCKET_PLACEHOLDER]: bucket.bucketName }),
    ...renamed(functions, functionPlaceholder, ({ functionArn }) => functionArn),
    ...renamed(starts, stateMachinePlaceholder, (started) => machineOf(started).stateMachineArn),
  };
  for (const [, name = ""] of definition.matchAll(/\$\{([A-Za-z0-9]+)\}/g)) {
    if (!Object.hasOwn(values, name)) throw unsubstituted(flow, name);
  }
  return values;
};

const renamed = <T>(
  values: Readonly<Record<string, T>>,
  name: (key: string) => string,
  value: (of: T) => string,
): Record<string, string> => Object.fromEntries(Object.entries(values).map(([key, each]) => [name(key), value(each)]));

const unsubstituted = ({ name, states }: FlowDefinition, placeholder: string): DeploymentError => {
  for (const state of everyState(states)) {
    if (state.kind !== "start" || stateMachinePlaceholder(state.flow.name) !== placeholder) continue;
    const started = state.flow.name;
    return new DeploymentError(
      `${name} starts ${started}, and nobody says which machine that is. Give its process or its machine: ` +
        `starts: { ${started}: ... }.`,
    );
  }
  return new DeploymentError(
    `${name}: nothing is known for \${${placeholder}} in its definition. Give it a value: ` +
      `substitutions: { ${placeholder}: ... }.`,
  );
};

const checkExpress = (flow: FlowDefinition): void => {
  const why = notExpress(flow);
  if (why === undefined) return;
  throw new DeploymentError(`${flow.name} cannot be an Express machine: ${why}. Make it a Standard one.`);
};
