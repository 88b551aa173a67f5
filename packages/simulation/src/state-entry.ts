import type { StatePayload } from "@sfs3/sdk";

/** What a machine has entered and wants done: it may take many attempts, and is to be done once. */
export interface StateEntry {
  readonly txnId: string;
  readonly step: string;
  readonly outputKey: string;
  readonly execution: string;
  readonly state: string;
  readonly enteredAt: string;
  readonly item: number | undefined;
  /** All of it, to tell entries apart. */
  readonly id: string;
}

export interface StepEvent extends StatePayload {
  readonly sfs3: {
    readonly execution: string;
    readonly state: string;
    readonly enteredAt: string;
    readonly attempt: number;
    readonly item?: number;
  };
}

export const entryOf = (event: StepEvent, step: { readonly name: string; readonly outputKey: string }): StateEntry => {
  const { execution, state, enteredAt, item } = event.sfs3;
  return {
    txnId: event.processData.replace(/\/$/, ""),
    step: step.name,
    outputKey: step.outputKey,
    execution,
    state,
    enteredAt,
    item,
    id: [execution.split(":").slice(-2).join(":"), state, enteredAt, ...(item === undefined ? [] : [item])].join(" "),
  };
};
