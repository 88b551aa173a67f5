import { createTwoFilesPatch } from "diff";

/** How the file differs from what it should be, as a unified diff; `undefined` where it does not. */
export function differenceOf(
  path: string,
  found: string,
  expected: string,
  { becomes = `${path} (generated)` }: { readonly becomes?: string } = {},
): string | undefined {
  if (found === expected) return undefined;
  return createTwoFilesPatch(path, becomes, found, expected, "", "", { context: 3 });
}
