import { MUTATIONS, type Mutation } from "./mutations.js";
import { simulate } from "./simulate.js";
import type { FoundViolation } from "./tally.js";

/** What became of a mutation: the first seed that noticed it, or none. */
export interface Trial {
  readonly mutation: Mutation;
  readonly violation: FoundViolation | undefined;
}

/** Breaks the protocol in one way, and runs seeds until one notices. */
export const tryMutation = async (mutation: Mutation, seeds: number): Promise<Trial> => {
  const { violations } = await simulate({ seeds, mutation, stopsAtViolation: true });
  return { mutation, violation: violations[0] };
};

/** Each mutation in its turn. */
export const tryMutations = async (seeds: number): Promise<readonly Trial[]> => {
  const trials: Trial[] = [];
  for (const mutation of MUTATIONS) trials.push(await tryMutation(mutation, seeds));
  return trials;
};

/** As a table of Markdown. */
export const renderTrials = (trials: readonly Trial[]): string =>
  [
    "| mutation | first seed that catches it | what it breaks |",
    "|---|---|---|",
    ...trials.map(({ mutation, violation }) =>
      violation === undefined
        ? `| ${mutation.name} | **none** | |`
        : `| ${mutation.name} | ${violation.seed} | ${violation.invariant} |`,
    ),
  ].join("\n");
