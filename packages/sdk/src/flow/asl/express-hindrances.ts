type AslState = Readonly<Record<string, unknown>>;

/** Express executions end after five minutes. Source: AWS Step Functions Developer Guide, "Step Functions service quotas". */
const MAX_SECONDS = 300;

/** Source: AWS Step Functions Developer Guide, "Choosing workflow type in Step Functions". */
const HINDRANCES: Readonly<Record<string, (state: AslState) => boolean>> = {
  "waits for a callback": ({ Resource }) => String(Resource).endsWith(".waitForTaskToken"),
  "waits for the end of what it starts": ({ Resource }) => /\.sync(:2)?$/.test(String(Resource)),
  "waits for more than 5 minutes": ({ Seconds }) => typeof Seconds === "number" && Seconds > MAX_SECONDS,
  "is a distributed Map": (state) => executionTypeOfChildren(state) !== undefined,
};

/** Why a state cannot stand in an Express execution, as the rest of a sentence; `undefined` where it can. */
export const hindranceOf = (state: AslState): string | undefined =>
  Object.entries(HINDRANCES).find(([, holds]) => holds(state))?.[0];

interface ItemProcessor {
  readonly ProcessorConfig?: { readonly Mode?: string; readonly ExecutionType?: string };
}

/** `STANDARD` or `EXPRESS`; `undefined` of a state that has no child executions. */
export function executionTypeOfChildren({ ItemProcessor = {} }: AslState): string | undefined {
  const { Mode, ExecutionType = "STANDARD" } = (ItemProcessor as ItemProcessor).ProcessorConfig ?? {};
  return Mode === "DISTRIBUTED" ? ExecutionType : undefined;
}
