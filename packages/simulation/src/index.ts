export { FAULT_KINDS, type FaultKind } from "./faults.js";
export { INVARIANTS, type Invariant } from "./invariants.js";
export { MUTATIONS, type Mutation } from "./mutations.js";
export { renderReport } from "./report.js";
export { type SimulationOptions, simulate } from "./simulate.js";
export type { FoundViolation, Tally } from "./tally.js";
export { renderTrials, type Trial, tryMutations } from "./try-mutations.js";
