import type { FlowDefinition } from "@sfs3/sdk/flow";
import { addBranch } from "./add-branch.js";
import { addImport } from "./add-import.js";
import { addWord } from "./add-word.js";
import type { FlowSource } from "./find-flow.js";
import { freeName } from "./free-name.js";
import { NotEditableError } from "./not-editable.js";
import type { Target } from "./place.js";
import { type SourceChain, type SourceWord, sourceChains, stateCount } from "./source-chain.js";
import { splice } from "./splice.js";

/** The step to add: its constant, and the module that exports it, seen from the flow's. */
export interface StepImport {
  readonly identifier: string;
  readonly specifier: string;
}

/**
 * The source of a flow with a step added to it.
 *
 * @throws `NotEditableError` where the place is not written as calls in a chain
 */
export function addStep(
  { source, expression }: FlowSource,
  { flow, target, step }: { readonly flow: FlowDefinition; readonly target: Target; readonly step: StepImport },
): string {
  const chain = sourceChains(expression, flow.states).find(({ states }) => states === target.chain);
  if (chain === undefined) throw new NotEditableError("the states around the place are not made by calls in one chain");
  const local = freeName(source, step.identifier);
  const call = `.step(${local})`;
  const calls = target.newBranch
    ? addBranch(source.text, wordBehind(chain, target), newBranch(local))
    : addWord(source.text, chain, { index: indexOf(chain, target), call });
  const imported = addImport(source, { imported: step.identifier, local, specifier: step.specifier });
  return splice(source.text, [imported, ...calls]);
}

function newBranch(step: string): string {
  const branch = step === "branch" ? "path" : "branch";
  return `(${branch}) => ${branch}.step(${step})`;
}

/** How many words make the states before the place, with their catches. */
function indexOf(chain: SourceChain, { position }: Target): number {
  if (position < chain.rootStates) throw new NotEditableError("the states before the place are made elsewhere");
  const behind = chain.words.findIndex((word, index) => {
    return word.word !== "catch" && stateCount(chain, index) >= position;
  });
  return behind < 0 ? chain.words.length : behind;
}

function wordBehind(chain: SourceChain, target: Target): SourceWord {
  const word = chain.words[indexOf(chain, target)];
  if (word === undefined) throw new NotEditableError("the state at the place is made elsewhere");
  return word;
}
