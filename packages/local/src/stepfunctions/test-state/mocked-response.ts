import { isJsonObject, type Json } from "../../asl/index.js";
import { StepFunctionsError } from "../service-error.js";
import type { FieldValidationMode } from "./test-state-input.js";

type FieldType = "string" | "number" | "boolean" | "array" | "object";

/** What a service's answer holds; fields that are not named here are not looked at, as AWS does not. */
interface Response {
  readonly fields: Readonly<Record<string, FieldType>>;
  readonly required: readonly string[];
}

const OBJECT_FIELDS = {
  ContentLength: "number",
  ContentType: "string",
  ETag: "string",
  LastModified: "string",
  Metadata: "object",
  VersionId: "string",
} as const;

const EXECUTION = { ExecutionArn: "string", StartDate: "string" } as const;

/** The answers of the services that this stack has, by the resource that asks for them. Source: their API references. */
const RESPONSES: Readonly<Record<string, Response>> = {
  "lambda:invoke": {
    fields: { ExecutedVersion: "string", FunctionError: "string", LogResult: "string", StatusCode: "number" },
    required: [],
  },
  "states:startExecution": { fields: EXECUTION, required: ["ExecutionArn", "StartDate"] },
  "states:startExecution.sync": {
    fields: { ...EXECUTION, StateMachineArn: "string", Status: "string" },
    required: ["ExecutionArn", "StateMachineArn", "Status", "StartDate"],
  },
  "states:startExecution.sync:2": {
    fields: { ...EXECUTION, StateMachineArn: "string", Status: "string" },
    required: ["ExecutionArn", "StateMachineArn", "Status", "StartDate"],
  },
  "aws-sdk:s3:getObject": { fields: OBJECT_FIELDS, required: [] },
  "aws-sdk:s3:headObject": { fields: OBJECT_FIELDS, required: [] },
  "aws-sdk:s3:putObject": { fields: { ETag: "string", VersionId: "string" }, required: [] },
  "aws-sdk:s3:listObjectsV2": {
    fields: {
      CommonPrefixes: "array",
      Contents: "array",
      IsTruncated: "boolean",
      KeyCount: "number",
      MaxKeys: "number",
      Name: "string",
      NextContinuationToken: "string",
      Prefix: "string",
    },
    required: [],
  },
};

const FITS: Readonly<Record<FieldType, (value: Json | undefined) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  array: (value) => Array.isArray(value),
  object: isJsonObject,
};

const article = (type: FieldType) => (/^[ao]/.test(type) ? `an ${type}` : `a ${type}`);

/**
 * Compares a mocked result with what the service would answer. Results of services that this stack does not have are not
 * compared.
 *
 * @throws ValidationException
 */
export function checkMockedResponse(resource: string, result: Json, mode: FieldValidationMode): void {
  const response = RESPONSES[resource.replace(/^arn:aws[a-z-]*:states:::/, "")];
  if (mode === "NONE" || response === undefined) return;
  if (!isJsonObject(result)) throw mismatch("The result must be an object");
  const missing = response.required.find((name) => !Object.hasOwn(result, name));
  if (mode === "STRICT" && missing !== undefined) throw mismatch(`Required field '${missing}' is missing`);
  for (const [name, type] of Object.entries(response.fields)) {
    if (Object.hasOwn(result, name) && !FITS[type](result[name])) {
      throw mismatch(`Field '${name}' must be ${article(type)}`);
    }
  }
}

const mismatch = (problem: string) =>
  new StepFunctionsError("ValidationException", `Mock result schema validation error: ${problem}`);
