import { type Clock, compile, InvalidDefinitionError, type ResolveTask, type StateMachine } from "../asl/index.js";
import { checkArn, checkName, type Owner, stateMachineArn } from "./names.js";
import { type PageRequest, pageOf } from "./paging.js";
import { StepFunctionsError } from "./service-error.js";

export interface CreateStateMachineInput {
  readonly name: string;
  /** The definition, as JSON text. */
  readonly definition: string;
  /** Only `STANDARD`, the default. */
  readonly type?: string | undefined;
  readonly roleArn?: string | undefined;
}

export interface StoredStateMachine {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly creationDate: Date;
  readonly machine: StateMachine;
}

export interface StateMachines {
  create(input: CreateStateMachineInput): StoredStateMachine;
  get(arn: string): StoredStateMachine;
  list(request: PageRequest): { page: StoredStateMachine[]; nextToken?: string };
  delete(arn: string): void;
}

export function createStateMachines(
  owner: Owner,
  clock: Clock,
  resolverOf: (machineName: string) => ResolveTask,
): StateMachines {
  const machines = new Map<string, StoredStateMachine>();
  return {
    create: (input) => {
      checkName(input.name);
      checkType(input.type);
      const arn = stateMachineArn(owner, input.name);
      const roleArn = input.roleArn ?? `arn:aws:iam::${owner.accountId}:role/local`;
      const existing = machines.get(arn);
      if (existing !== undefined) return sameOrRefused(existing, input.definition, roleArn);
      const created: StoredStateMachine = {
        stateMachineArn: arn,
        name: input.name,
        definition: input.definition,
        roleArn,
        creationDate: clock.now(),
        machine: compileOrRefuse(input.definition, resolverOf(input.name)),
      };
      machines.set(arn, created);
      return created;
    },
    get: (arn) => {
      checkArn(arn, "stateMachine");
      const found = machines.get(arn);
      if (found !== undefined) return found;
      throw new StepFunctionsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    },
    list: (request) => pageOf([...machines.values()], ({ stateMachineArn: arn }) => arn, request),
    delete: (arn) => {
      checkArn(arn, "stateMachine");
      machines.delete(arn);
    },
  };
}

function checkType(type: string | undefined): void {
  if (type === undefined || type === "STANDARD") return;
  const why =
    type === "EXPRESS" ? "EXPRESS state machines are not supported here; create a STANDARD one" : "no such type";
  throw new StepFunctionsError("ValidationException", `Value '${type}' at 'type': ${why}`);
}

// As on AWS, creating the same machine again answers with the one there is.
function sameOrRefused(existing: StoredStateMachine, definition: string, roleArn: string): StoredStateMachine {
  if (existing.definition === definition && existing.roleArn === roleArn) return existing;
  const arn = existing.stateMachineArn;
  throw new StepFunctionsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
}

function compileOrRefuse(definition: string, resolveTask: ResolveTask): StateMachine {
  try {
    return compile(definition, resolveTask);
  } catch (error) {
    if (!(error instanceof InvalidDefinitionError)) throw error;
    throw new StepFunctionsError("InvalidDefinition", `Invalid State Machine Definition: '${error.message}'`);
  }
}
