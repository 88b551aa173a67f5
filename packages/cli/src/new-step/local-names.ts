import type { NamedImport } from "@sfs3/templates";

/** The imports under names that are free: `Output` of `./reserve.js` is `ReserveOutput` where `Output` is taken. */
export function localNames(imports: readonly NamedImport[], taken: readonly string[]): readonly NamedImport[] {
  const owners = new Map(taken.map((name) => [name, "the module itself"]));
  return imports.map(({ name, from }) => {
    const owner = `${name} of ${from}`;
    const isFree = (candidate: string) => (owners.get(candidate) ?? owner) === owner;
    const as = isFree(name) ? name : numbered(longerName(name, from), isFree);
    owners.set(as, owner);
    return { name, as, from };
  });
}

function numbered(name: string, isFree: (candidate: string) => boolean): string {
  let candidate = name;
  for (let count = 2; !isFree(candidate); count += 1) candidate = `${name}${count}`;
  return candidate;
}

/** `Output` of `./steps/step-a.js` is `StepAOutput`. */
function longerName(name: string, from: string): string {
  const module = (from.split("/").at(-1) ?? "").replace(/\.[^.]+$/, "");
  const words = module.split(/[^\p{ID_Continue}]+/u).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}${name}`.replace(/^(?=\d)/, "_");
}
