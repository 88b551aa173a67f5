import type { AslDefinition } from "@sfs3/sdk/flow";

type States = AslDefinition["States"];

/** Every state of a machine by name, those inside Parallel and Map included. */
export function* aslStates(states: States): Iterable<readonly [name: string, state: States[string]]> {
  for (const [name, state] of Object.entries(states)) {
    yield [name, state];
    const { Branches = [], ItemProcessor = [], Iterator: iterator = [] } = state;
    for (const scope of [Branches, ItemProcessor, iterator].flat() as readonly Pick<AslDefinition, "States">[]) {
      yield* aslStates(scope.States ?? {});
    }
  }
}
