import type { Executions } from "../executions/executions.js";
import type { IncludedData } from "../executions/included-data.js";
import type { PageRequest } from "../paging.js";
import type { CreateStateMachineInput, StateMachines, UpdateStateMachineInput } from "./state-machines.js";
import { type Diagnose, type ValidateDefinitionInput, validateDefinition } from "./validate-definition.js";

interface ArnInput {
  readonly stateMachineArn: string;
}

interface Parts {
  readonly machines: StateMachines;
  readonly executions: Executions;
  readonly diagnose: Diagnose;
  /** Resolves once what was changed survives this process. */
  readonly saved: () => Promise<void>;
}

export const stateMachineOperations = ({ machines, executions, diagnose, saved }: Parts) => ({
  createStateMachine: async (input: CreateStateMachineInput) => {
    const { creationDate, revision } = machines.create(input);
    await saved();
    return { stateMachineArn: revision.stateMachineArn, creationDate };
  },
  /** Running executions go on with the definition they were started with. */
  updateStateMachine: async (input: UpdateStateMachineInput) => {
    const { updateDate, revisionId } = machines.update(input);
    await saved();
    return { updateDate, revisionId };
  },
  describeStateMachine: async ({ stateMachineArn, includedData }: ArnInput & IncludedData) => {
    const { creationDate, status, revision } = machines.get(stateMachineArn);
    const { name, type, definition, roleArn, revisionId } = revision;
    return {
      stateMachineArn: revision.stateMachineArn,
      name,
      status,
      definition: includedData === "METADATA_ONLY" ? "{}" : definition,
      roleArn,
      type,
      creationDate,
      ...NO_CONFIGURATION,
      ...(revisionId !== undefined && { revisionId }),
    };
  },
  describeStateMachineForExecution: async (input: { readonly executionArn: string } & IncludedData) => {
    const { stateMachineArn, name, definition, roleArn, updateDate, revisionId } = executions.revision(
      input.executionArn,
    );
    return {
      stateMachineArn,
      name,
      definition: input.includedData === "METADATA_ONLY" ? "{}" : definition,
      roleArn,
      updateDate,
      ...NO_CONFIGURATION,
      ...(revisionId !== undefined && { revisionId }),
    };
  },
  listStateMachines: async (request: PageRequest = {}) => {
    const { page, ...token } = machines.list(request);
    const stateMachines = page.map(({ creationDate, revision: { stateMachineArn, name, type } }) => ({
      stateMachineArn,
      name,
      type,
      creationDate,
    }));
    return { stateMachines, ...token };
  },
  /** Running executions end at their next transition; until then the machine is `DELETING`. */
  deleteStateMachine: async ({ stateMachineArn }: ArnInput) => {
    machines.startDeletion(stateMachineArn);
    if (!executions.isRunning(stateMachineArn)) machines.remove(stateMachineArn);
    await saved();
    return {};
  },
  validateStateMachineDefinition: async (input: ValidateDefinitionInput) => validateDefinition(input, diagnose),
});

/** What is said of the configurations that are not here. */
const NO_CONFIGURATION = {
  loggingConfiguration: { level: "OFF", includeExecutionData: false },
  tracingConfiguration: { enabled: false },
  encryptionConfiguration: { type: "AWS_OWNED_KEY" },
} as const;
