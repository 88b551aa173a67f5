import { constraintViolation } from "./service-error.js";

/** Lengths of string parameters, in characters. Source: Step Functions API reference. */
const LENGTHS: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  activityArn: { min: 1, max: 256 },
  cause: { min: 0, max: 32_768 },
  clientToken: { min: 1, max: 64 },
  definition: { min: 1, max: 1_048_576 },
  error: { min: 0, max: 256 },
  errorCausedByState: { min: 1, max: 80 },
  executionArn: { min: 1, max: 256 },
  mapItemReaderData: { min: 0, max: 262_144 },
  nextToken: { min: 1, max: 3_096 },
  resourceArn: { min: 1, max: 256 },
  result: { min: 0, max: 262_144 },
  roleArn: { min: 1, max: 256 },
  stateMachineArn: { min: 1, max: 256 },
  stateName: { min: 1, max: 80 },
  taskToken: { min: 1, max: 2_048 },
  traceHeader: { min: 0, max: 256 },
  workerName: { min: 1, max: 80 },
};

const VALUES: Readonly<Record<string, readonly string[]>> = {
  fieldValidationMode: ["STRICT", "PRESENT", "NONE"],
  includedData: ["ALL_DATA", "METADATA_ONLY"],
  inspectionLevel: ["INFO", "DEBUG", "TRACE"],
  redriveFilter: ["REDRIVEN", "NOT_REDRIVEN"],
  severity: ["ERROR", "WARNING"],
  statusFilter: ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"],
  type: ["STANDARD", "EXPRESS"],
};

/** @throws ValidationException where the text breaks what AWS asks of a parameter of that name */
export function checkText(name: string, text: string): void {
  const { min = 0, max = Number.POSITIVE_INFINITY } = LENGTHS[name] ?? {};
  if (text.length < min) {
    throw constraintViolation(name, text, `Member must have length greater than or equal to ${min}`);
  }
  if (text.length > max) throw constraintViolation(name, text, `Member must have length less than or equal to ${max}`);
  const values = VALUES[name];
  if (values !== undefined && !values.includes(text)) {
    throw constraintViolation(name, text, `Member must satisfy enum value set: [${values.join(", ")}]`);
  }
}

/** @throws ValidationException */
export function checkPageSize(maxResults: number, max: number): void {
  if (Number.isInteger(maxResults) && maxResults >= 0 && maxResults <= max) return;
  const constraint =
    maxResults > max
      ? `Member must have value less than or equal to ${max}`
      : "Member must have value greater than or equal to 0";
  throw constraintViolation("maxResults", maxResults, constraint);
}
