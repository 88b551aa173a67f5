import { randomUUID } from "node:crypto";
import type { Clock } from "../../asl/index.js";
import { checkArn, checkName, type Owner, stateMachineArn } from "../names.js";
import { type PageRequest, pageOf } from "../paging.js";
import { StepFunctionsError } from "../service-error.js";
import type { Records } from "../storage/records.js";
import type { Tag, Tags } from "../tags/tags.js";
import type { StateMachineType } from "./definitions.js";
import type { Revision, Revisions } from "./revisions.js";

export interface CreateStateMachineInput {
  readonly name: string;
  /** The definition, as JSON text. */
  readonly definition: string;
  /** `STANDARD`, the default, or `EXPRESS`. */
  readonly type?: StateMachineType | undefined;
  readonly roleArn?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
}

export interface UpdateStateMachineInput {
  readonly stateMachineArn: string;
  readonly definition?: string | undefined;
  readonly roleArn?: string | undefined;
}

export interface StoredStateMachine {
  readonly creationDate: Date;
  readonly status: "ACTIVE" | "DELETING";
  /** What new executions are started with. */
  readonly revision: Revision;
}

export interface StateMachines {
  create(input: CreateStateMachineInput): StoredStateMachine;
  update(input: UpdateStateMachineInput): Revision;
  has(arn: string): boolean;
  get(arn: string): StoredStateMachine;
  /** One that new executions may be started of. */
  getActive(arn: string): StoredStateMachine;
  isDeleted(arn: string): boolean;
  list(request: PageRequest): { page: StoredStateMachine[]; nextToken?: string };
  /** Takes it out of use; {@link remove} ends it once no execution runs any more. */
  startDeletion(arn: string): void;
  remove(arn: string): void;
  revisions(): readonly number[];
}

export interface StateMachinesHost {
  readonly owner: Owner;
  readonly clock: Clock;
  readonly records: Records;
  readonly revisions: Revisions;
  readonly tags: Tags;
}

/** Source: Step Functions quotas. */
const MAX_STATE_MACHINES = 100_000;

interface MachineRecord {
  readonly creationDate: string;
  readonly revision: number;
}

export function createStateMachines({ owner, clock, records, revisions, tags }: StateMachinesHost): StateMachines {
  const machines = loadMachines(records, revisions);

  const get = (arn: string) => {
    checkArn(arn, "stateMachine");
    const found = machines.get(arn);
    if (found !== undefined) return found;
    throw new StepFunctionsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  };

  const getActive = (arn: string) => {
    const machine = get(arn);
    if (machine.status === "ACTIVE") return machine;
    throw new StepFunctionsError("StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
  };

  const store = (machine: StoredStateMachine) => {
    const { creationDate, revision } = machine;
    machines.set(revision.stateMachineArn, machine);
    const record = { creationDate: creationDate.toISOString(), revision: revision.number } satisfies MachineRecord;
    records.set("stateMachine", revision.stateMachineArn, record);
    return machine;
  };

  return {
    get,
    getActive,
    has: (arn) => machines.has(arn),
    create: ({
      name,
      definition,
      type = "STANDARD",
      roleArn = `arn:aws:iam::${owner.accountId}:role/local`,
      ...rest
    }) => {
      checkName(name);
      const arn = stateMachineArn(owner, name);
      if (machines.has(arn)) return sameOrRefused(getActive(arn), definition, type);
      if (machines.size >= MAX_STATE_MACHINES) {
        throw new StepFunctionsError("StateMachineLimitExceeded", "The maximum number of state machines is reached");
      }
      const creationDate = clock.now();
      const given = { stateMachineArn: arn, name, type, definition, roleArn, updateDate: creationDate };
      const revision = revisions.add(given);
      tags.add(arn, rest.tags ?? []);
      return store({ creationDate, status: "ACTIVE", revision });
    },
    update: ({ stateMachineArn: arn, definition, roleArn }) => {
      const machine = getActive(arn);
      if (definition === undefined && roleArn === undefined) {
        throw new StepFunctionsError(
          "MissingRequiredParameter",
          "Either the definition or the role ARN must be specified",
        );
      }
      const { number: _, ...current } = machine.revision;
      const changes = { ...(definition !== undefined && { definition }), ...(roleArn !== undefined && { roleArn }) };
      const revision = revisions.add({ ...current, ...changes, updateDate: clock.now(), revisionId: randomUUID() });
      return store({ ...machine, revision }).revision;
    },
    isDeleted: (arn) => machines.get(arn)?.status !== "ACTIVE",
    list: (request) => pageOf([...machines.values()], ({ revision }) => revision.stateMachineArn, request),
    startDeletion: (arn) => {
      checkArn(arn, "stateMachine");
      const machine = machines.get(arn);
      if (machine === undefined) return;
      machines.set(arn, { ...machine, status: "DELETING" });
      // What is being deleted when the process dies has no running executions any more.
      records.delete("stateMachine", arn);
      tags.drop(arn);
    },
    remove: (arn) => void machines.delete(arn),
    revisions: () => [...machines.values()].map(({ revision }) => revision.number),
  };
}

function loadMachines(records: Records, revisions: Revisions): Map<string, StoredStateMachine> {
  const loaded = (records.load("stateMachine") as readonly MachineRecord[]).map((record) => {
    const revision = revisions.get(record.revision);
    const machine: StoredStateMachine = { creationDate: new Date(record.creationDate), status: "ACTIVE", revision };
    return [revision.stateMachineArn, machine] as const;
  });
  return new Map(loaded);
}

// As on AWS, creating the same machine again answers with the one there is, whatever its role and tags.
function sameOrRefused(existing: StoredStateMachine, definition: string, type: StateMachineType): StoredStateMachine {
  const { revision } = existing;
  if (revision.definition === definition && revision.type === type) return existing;
  const arn = revision.stateMachineArn;
  throw new StepFunctionsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
}
