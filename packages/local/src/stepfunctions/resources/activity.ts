import type { TaskResource } from "../../asl/index.js";
import type { Activities } from "../tasks/activities.js";
import type { TaskTokens } from "../tasks/task-tokens.js";

export const ACTIVITY_ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:[^:]+$/;

/** An activity: a worker fetches the task, and its token ends it. */
export const activityResource = (arn: string, activities: Activities, { awaiting }: TaskTokens): TaskResource => ({
  resourceType: "activity",
  resource: arn,
  events: "Activity",
  waitsForTaskToken: true,
  run: awaiting(async (request) => {
    activities.schedule(arn, request);
    return null;
  }),
});
