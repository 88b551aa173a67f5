import { createStatusNotifier } from "@sfs3/sdk/api";
import { orders } from "./flow.js";

export const notifier = createStatusNotifier({ flow: orders });
