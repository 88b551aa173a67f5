import { createHash } from "node:crypto";
import type { Json } from "../json.js";
import { formatTemplate } from "./format-template.js";
import { IntrinsicArgumentError, takeShortText, takeText } from "./intrinsic-argument.js";
import type { IntrinsicFunctions } from "./intrinsic-function.js";

export const TEXT_FUNCTIONS: IntrinsicFunctions = {
  "States.Base64Encode": {
    minArguments: 1,
    maxArguments: 1,
    run: ([text]) => Buffer.from(takeShortText(text)).toString("base64"),
  },
  "States.Base64Decode": {
    minArguments: 1,
    maxArguments: 1,
    // Like AWS, which reads over all that is not of the alphabet.
    run: ([text]) => Buffer.from(takeShortText(text).replace(/[^A-Za-z0-9+/=]/g, ""), "base64").toString(),
  },
  "States.Hash": {
    minArguments: 2,
    maxArguments: 2,
    run: ([data = null, algorithm]) => hash(data, takeText(algorithm)),
  },
  "States.StringSplit": {
    minArguments: 2,
    maxArguments: 2,
    run: ([text, splitters]) => split(takeText(text), takeText(splitters)),
  },
  "States.Format": {
    minArguments: 1,
    takesTemplate: true,
    run: ([template, ...values]) => formatTemplate(takeText(template), values),
  },
};

const HASH_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

function hash(data: Json, algorithm: string): string {
  const name = HASH_ALGORITHMS.get(algorithm);
  if (name === undefined) {
    throw new IntrinsicArgumentError(`one of ${[...HASH_ALGORITHMS.keys()].join(", ")} is expected, not ${algorithm}`);
  }
  const text = takeShortText(typeof data === "string" ? data : JSON.stringify(data));
  return createHash(name).update(text).digest("hex");
}

/** Splits at each of the characters; what is empty is left out. */
function split(text: string, splitters: string): readonly string[] {
  const separators = new Set(splitters);
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (!separators.has(character)) {
      part += character;
      continue;
    }
    parts.push(part);
    part = "";
  }
  return [...parts, part].filter((one) => one !== "");
}
