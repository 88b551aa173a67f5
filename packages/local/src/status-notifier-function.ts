import { createStatusNotifier } from "@sfs3/sdk/api";

/** The status notifier as a deployment has it: all that it needs is in its environment. */
export const handler = createStatusNotifier();
