import { type Clock, StateFailure, type TaskRequest } from "../../asl/index.js";
import { activityArn, checkArn, checkName, type Owner } from "../names.js";
import { type PageRequest, pageOf } from "../paging.js";
import { StepFunctionsError } from "../service-error.js";
import type { Records } from "../storage/records.js";
import type { Tag, Tags } from "../tags/tags.js";
import { type ActivityQueue, createActivityQueue, type PolledTask } from "./activity-queue.js";

export interface Activity {
  readonly activityArn: string;
  readonly name: string;
  readonly creationDate: Date;
}

export interface PollInput {
  readonly activityArn: string;
  readonly workerName?: string | undefined;
  /** Ends the poll early, as when the worker has gone away. */
  readonly signal?: AbortSignal | undefined;
}

/** Tasks that workers outside fetch, and end by their tokens. */
export interface Activities {
  create(name: string, tags: readonly Tag[]): Activity;
  has(arn: string): boolean;
  get(arn: string): Activity;
  list(request: PageRequest): { page: Activity[]; nextToken?: string };
  delete(arn: string): void;
  /** Puts a task in line for the next worker that asks. */
  schedule(arn: string, task: TaskRequest): void;
  poll(input: PollInput): Promise<PolledTask>;
}

export interface ActivitiesHost {
  readonly owner: Owner;
  readonly clock: Clock;
  readonly records: Records;
  readonly tags: Tags;
}

/** Source: Step Functions quotas. */
const MAX_ACTIVITIES = 10_000;

export function createActivities({ owner, clock, records, tags }: ActivitiesHost): Activities {
  const activities = new Map(
    (records.load("activity") as readonly Activity[]).map((activity) => [
      activity.activityArn,
      { ...activity, creationDate: new Date(activity.creationDate) },
    ]),
  );
  const queues = new Map<string, ActivityQueue>();

  const get = (arn: string) => {
    checkArn(arn, "activity");
    const found = activities.get(arn);
    if (found !== undefined) return found;
    throw new StepFunctionsError("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);
  };

  const queueOf = (arn: string) => {
    const queue = queues.get(arn) ?? createActivityQueue(clock);
    queues.set(arn, queue);
    return queue;
  };

  return {
    get,
    has: (arn) => activities.has(arn),
    create: (name, given) => {
      checkName(name);
      const arn = activityArn(owner, name);
      const existing = activities.get(arn);
      if (existing !== undefined) return existing;
      if (activities.size >= MAX_ACTIVITIES) {
        throw new StepFunctionsError("ActivityLimitExceeded", "The maximum number of activities is reached");
      }
      tags.add(arn, given);
      const activity: Activity = { activityArn: arn, name, creationDate: clock.now() };
      activities.set(arn, activity);
      records.set("activity", arn, activity);
      return activity;
    },
    list: (request) => pageOf([...activities.values()], ({ activityArn: arn }) => arn, request),
    delete: (arn) => {
      checkArn(arn, "activity");
      if (!activities.delete(arn)) return;
      records.delete("activity", arn);
      tags.drop(arn);
    },
    schedule: (arn, task) => {
      if (!activities.has(arn)) throw new StateFailure("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);
      queueOf(arn).add(task);
    },
    poll: async ({ activityArn: arn, workerName, signal }) => queueOf(get(arn).activityArn).poll(workerName, signal),
  };
}
