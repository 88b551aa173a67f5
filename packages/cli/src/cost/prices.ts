import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as z from "zod/mini";
import { CliError } from "../cli-error.js";
import type { Io } from "../io.js";

const price = z.number().check(z.gte(0));

/** Units are in the names; a million is 1,000,000 and a GB 2^30 bytes, as AWS bills them. */
const Prices = z.strictObject({
  region: z.string(),
  /** The month in which the prices were looked up. */
  asOf: z.string(),
  currency: z.string(),
  standardPerMillionTransitions: price,
  expressPerMillionRequests: price,
  expressPerGbSecond: price,
  lambdaPerMillionRequests: price,
  lambdaPerGbSecond: price,
  s3PerMillionPuts: price,
  s3PerMillionGets: price,
  s3PerGbMonth: price,
  iotPerMillionMessages: price,
});

/** What AWS asks for, per unit. */
export type Prices = z.infer<typeof Prices>;

/**
 * List prices without free tiers and volume discounts; Lambda on arm64.
 *
 * Source: the pricing pages of AWS Step Functions, AWS Lambda, Amazon S3 and AWS IoT Core.
 */
export const PRICES: Prices = {
  region: "us-east-1",
  asOf: "2026-11",
  currency: "USD",
  standardPerMillionTransitions: 25,
  expressPerMillionRequests: 1,
  expressPerGbSecond: 0.00001667,
  lambdaPerMillionRequests: 0.2,
  lambdaPerGbSecond: 0.0000133334,
  s3PerMillionPuts: 5,
  s3PerMillionGets: 0.4,
  s3PerGbMonth: 0.023,
  iotPerMillionMessages: 1,
};

/**
 * The prices to reckon with: those of the file laid over the built-in ones.
 *
 * @throws `CliError` if the file cannot be read, or has what is no price
 */
export async function readPrices(path: string | undefined, { cwd }: Io): Promise<Prices> {
  if (path === undefined) return PRICES;
  const text = await readFile(resolve(cwd, path), "utf8").catch((cause: unknown) => {
    throw new CliError(`--prices: ${path} cannot be read.`, { cause });
  });
  const given = parseJson(text, path);
  const parsed = Prices.safeParse(isObject(given) ? { ...PRICES, ...given } : given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path: at, message }) => `  ${at.join(".") || "(the file)"}: ${message}`);
  throw new CliError(
    `--prices: ${path} is no table of prices. 'sfs3 cost --print-prices' prints one.\n${issues.join("\n")}`,
  );
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`--prices: ${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
