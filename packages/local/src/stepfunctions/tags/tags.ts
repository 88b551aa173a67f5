import { constraintViolation, StepFunctionsError } from "../service-error.js";
import type { Records } from "../storage/records.js";

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Tags of machines and activities, by ARN. */
export interface Tags {
  add(arn: string, tags: readonly Tag[]): void;
  remove(arn: string, keys: readonly string[]): void;
  list(arn: string): readonly Tag[];
  /** Forgets those of a resource that is gone. */
  drop(arn: string): void;
}

/** Source: Step Functions quotas. */
const MAX_TAGS = 50;

interface TagRecord {
  readonly arn: string;
  readonly tags: readonly Tag[];
}

export function createTags(records: Records): Tags {
  const tagged = new Map((records.load("tags") as readonly TagRecord[]).map(({ arn, tags }) => [arn, tags]));
  const list = (arn: string) => tagged.get(arn) ?? [];
  const replace = (arn: string, tags: readonly Tag[]) => {
    tagged.set(arn, tags);
    records.set("tags", arn, { arn, tags });
  };
  return {
    list,
    add: (arn, added) => {
      if (added.length === 0) return;
      for (const tag of added) checkTag(tag);
      const byKey = new Map([...list(arn), ...added].map((tag) => [tag.key, tag]));
      if (byKey.size > MAX_TAGS) throw new StepFunctionsError("TooManyTags", `Too Many Tags: '${arn}'`);
      replace(arn, [...byKey.values()]);
    },
    remove: (arn, keys) =>
      replace(
        arn,
        list(arn).filter(({ key }) => !keys.includes(key)),
      ),
    drop: (arn) => {
      if (tagged.delete(arn)) records.delete("tags", arn);
    },
  };
}

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function checkTag({ key, value }: Tag): void {
  if (key.length < 1 || key.length > 128) {
    throw constraintViolation("tags.key", key, "Member must have length between 1 and 128");
  }
  if (value.length > 256) {
    throw constraintViolation("tags.value", value, "Member must have length less than or equal to 256");
  }
  for (const [name, text] of Object.entries({ key, value })) {
    if (ALLOWED.test(text)) continue;
    throw constraintViolation(
      `tags.${name}`,
      text,
      "Member must hold only letters, digits, white space and _ . : / = + - @",
    );
  }
}
