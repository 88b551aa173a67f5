import { NAME_PATTERN } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";

/** What is to be named, for messages. */
export interface Naming {
  /** As in "cannot name a step". */
  readonly thing: string;
  /** What the suggested name goes behind: `sfs3 new step`. */
  readonly command: string;
  /** Suggested where nothing of the name can be kept. */
  readonly fallback: string;
  /** Unit: characters. Default: 64. */
  readonly maxLength?: number;
}

/** @throws `CliError` with a suggestion, for a name that the wire contract does not allow */
export function checkName(name: string, { thing, command, fallback, maxLength = 64 }: Naming): void {
  const fits = NAME_PATTERN.test(name) && name.length <= maxLength;
  if (fits && /[A-Za-z0-9]/.test(name) && name !== "__proto__") return;
  throw new CliError(
    `'${name}' cannot name a ${thing}: a name is 1 to ${maxLength} characters A-Z a-z 0-9 _ -, with a letter or digit among ` +
      `them. Try: ${command} ${suggestionFor(name, maxLength) ?? fallback}`,
  );
}

function suggestionFor(name: string, maxLength: number): string | undefined {
  const words = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .split(/[^A-Za-z0-9]+/);
  const joined = words
    .filter((word) => word !== "")
    .join("-")
    .slice(0, maxLength);
  return joined === "" ? undefined : joined;
}
