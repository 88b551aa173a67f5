import type { NamedImport } from "@sfs3/templates";

/** The imports under names that are free: `Output` of `./reserve.js` is `ReserveOutput` where `Output` is taken. */
export function localNames(imports: readonly NamedImport[], taken: readonly string[]): readonly NamedImport[] {
  const used = new Map(taken.map((name) => [name, ""]));
  return imports.map(({ name, from }) => {
    const owner = `${name} ${from}`;
    const as = firstFree(candidates(name, from), (candidate) => (used.get(candidate) ?? owner) === owner) ?? name;
    used.set(as, owner);
    return { name, as, from };
  });
}

function firstFree(names: Iterable<string>, isFree: (name: string) => boolean): string | undefined {
  for (const name of names) if (isFree(name)) return name;
  return undefined;
}

function* candidates(name: string, from: string): Generator<string> {
  yield name;
  const module = (from.split("/").at(-1) ?? "").replace(/\.[^.]+$/, "");
  const words = module.split(/[^\p{ID_Continue}]+/u).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const longer = `${words.join("")}${name}`.replace(/^(?=\d)/, "_");
  for (let count = 1; ; count += 1) yield count === 1 ? longer : `${longer}${count}`;
}
