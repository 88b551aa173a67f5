import { isJsonObject, type Json, type JsonObject } from "../../asl/index.js";

export interface StateAt {
  readonly name: string;
  readonly state: JsonObject;
  /** Such as `/States/Each/ItemProcessor/States/Pay`. */
  readonly path: string;
}

/** Every state of a definition, at whatever depth. */
export function everyState(scope: Json | undefined, path = ""): readonly StateAt[] {
  const states = isJsonObject(scope) ? scope.States : undefined;
  if (!isJsonObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) => {
    if (!isJsonObject(state)) return [];
    const at = `${path}/States/${name}`;
    return [{ name, state, path: at }, ...innerScopes(state, at).flatMap(([inner, where]) => everyState(inner, where))];
  });
}

function innerScopes({ Branches, ItemProcessor, Iterator: iterator }: JsonObject, path: string) {
  const branches = Array.isArray(Branches) ? (Branches as readonly Json[]) : [];
  return [
    ...branches.map((branch, index) => [branch, `${path}/Branches[${index}]`] as const),
    [ItemProcessor, `${path}/ItemProcessor`] as const,
    [iterator, `${path}/Iterator`] as const,
  ];
}
