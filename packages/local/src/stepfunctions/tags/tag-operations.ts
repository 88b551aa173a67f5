import type { StateMachines } from "../machines/state-machines.js";
import { arnKind, checkArn } from "../names.js";
import { StepFunctionsError } from "../service-error.js";
import type { Activities } from "../tasks/activities.js";
import type { Tag, Tags } from "./tags.js";

interface ResourceInput {
  readonly resourceArn: string;
}

interface Parts {
  readonly machines: StateMachines;
  readonly activities: Activities;
  readonly tags: Tags;
  /** Resolves once what was changed survives this process. */
  readonly saved: () => Promise<void>;
}

export function tagOperations({ machines, activities, tags, saved }: Parts) {
  const check = (arn: string) => {
    checkArn(arn, "stateMachine", "activity");
    const isThere = arnKind(arn) === "activity" ? activities.has(arn) : machines.has(arn);
    if (!isThere) throw new StepFunctionsError("ResourceNotFound", `Resource not found: '${arn}'`);
  };
  return {
    tagResource: async ({ resourceArn, tags: added }: ResourceInput & { readonly tags: readonly Tag[] }) => {
      check(resourceArn);
      tags.add(resourceArn, added);
      await saved();
      return {};
    },
    untagResource: async ({ resourceArn, tagKeys }: ResourceInput & { readonly tagKeys: readonly string[] }) => {
      check(resourceArn);
      tags.remove(resourceArn, tagKeys);
      await saved();
      return {};
    },
    listTagsForResource: async ({ resourceArn }: ResourceInput) => {
      check(resourceArn);
      return { tags: tags.list(resourceArn) };
    },
  };
}
