import { CliError } from "../cli-error.js";

/** Any key that a sidecar can have, without what would have to be escaped in the source. */
const KEY_PATTERN = /^(?!__proto__$|\$sfs3$)[^"'`\\/,\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

/**
 * The keys of a list, each once.
 *
 * @throws `CliError` for one that cannot be written, or that the step itself writes
 */
export function readKeys(step: string, list: string | undefined): readonly string[] {
  if (list === undefined) return [];
  const keys = [...new Set(list.split(",").map((key) => key.trim()))];
  const invalid = keys.find((key) => !KEY_PATTERN.test(key));
  if (invalid !== undefined) {
    throw new CliError(
      `--reads: '${invalid}' cannot be written as a key: 1 to 128 characters without quotes, slashes, backslashes and ` +
        "control characters, other than __proto__ and $sfs3. Separate keys by one comma, as in --reads orderId,reserve-output.",
    );
  }
  if (keys.includes(`${step}-output`)) {
    throw new CliError(`--reads: '${step}-output' is what the step itself writes, so it would wait for itself.`);
  }
  return keys;
}
