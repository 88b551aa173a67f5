import type { PageRequest } from "../paging.js";
import type { Tag } from "../tags/tags.js";
import type { Activities, PollInput } from "./activities.js";

interface ArnInput {
  readonly activityArn: string;
}

interface CreateActivityInput {
  readonly name: string;
  readonly tags?: readonly Tag[] | undefined;
}

interface Parts {
  readonly activities: Activities;
  /** Resolves once what was changed survives this process. */
  readonly saved: () => Promise<void>;
}

export const activityOperations = ({ activities, saved }: Parts) => ({
  createActivity: async ({ name, tags = [] }: CreateActivityInput) => {
    const { activityArn, creationDate } = activities.create(name, tags);
    await saved();
    return { activityArn, creationDate };
  },
  describeActivity: async ({ activityArn }: ArnInput) => ({
    ...activities.get(activityArn),
    encryptionConfiguration: { type: "AWS_OWNED_KEY" },
  }),
  listActivities: async (request: PageRequest = {}) => {
    const { page, ...token } = activities.list(request);
    return { activities: page, ...token };
  },
  deleteActivity: async ({ activityArn }: ArnInput) => {
    activities.delete(activityArn);
    await saved();
    return {};
  },
  /** Waits up to 60 seconds for a task; `taskToken` is null where none came. */
  getActivityTask: async (input: PollInput) => activities.poll(input),
});
