import { StateFailure } from "../errors.js";
import type { Fields } from "../fields.js";
import { isJsonObject, type Json } from "../json.js";
import type { Query } from "../query-language.js";
import type { StateSource } from "../states/body.js";
import type { MapRunNames } from "./arns.js";
import type { MapRun } from "./map-run.js";
import { OUTPUT_TYPES, type OutputType } from "./result-file.js";
import { TRANSFORMATIONS, type Transformation } from "./result-record.js";
import { type Results, stateResults } from "./results.js";
import { writtenResults } from "./written-results.js";

/** Opens the place for the results of one Map Run. */
export type OpenResults = (run: MapRun, names: MapRunNames) => Results;

/** `ResultWriter`. Source: Developer Guide, "ResultWriter (Map)". */
export function readResultWriter(source: StateSource): Query<OpenResults> {
  const { fields, language, compilation } = source;
  if (!fields.has("ResultWriter")) return () => (run) => stateResults(run, "COMPACT");
  const writer = fields.object("ResultWriter");
  const resource = writer.optionalOneOf("Resource", ["arn:aws:states:::s3:putObject"]);
  const config = readWriterConfig(writer);
  const parameters = language.payload(writer);
  writer.close(`a ResultWriter of a ${language.name} Map`);
  if ((resource === undefined) !== (parameters === undefined)) {
    writer.refuse("Resource", "Resource and the bucket to write to belong together");
  }
  if (resource === undefined || parameters === undefined) {
    if (config.transformation === undefined) fields.refuse("ResultWriter", "a Resource or a WriterConfig is required");
    return () => (run) => stateResults(run, config.transformation ?? "COMPACT");
  }
  const objects =
    compilation.objects ?? fields.refuse("ResultWriter", "this engine was given no S3 to write to; pass `objects`");
  return async (entry) => {
    const destination = readDestination(await parameters(entry));
    const format = { transformation: config.transformation ?? "NONE", outputType: config.outputType } as const;
    return (run, names) => writtenResults(objects, { ...destination, ...format, run, names });
  };
}

interface WriterConfig {
  readonly transformation: Transformation | undefined;
  readonly outputType: OutputType;
}

function readWriterConfig(writer: Fields): WriterConfig {
  if (!writer.has("WriterConfig")) return { transformation: undefined, outputType: "JSON" };
  const config = writer.object("WriterConfig");
  const transformation = config.optionalOneOf("Transformation", TRANSFORMATIONS) ?? "NONE";
  const outputType = config.optionalOneOf("OutputType", OUTPUT_TYPES) ?? "JSON";
  config.close("a WriterConfig");
  return { transformation, outputType };
}

interface Destination {
  readonly bucket: string;
  /** Without a slash at its end. */
  readonly prefix: string;
}

function readDestination(given: Json): Destination {
  const { Bucket: bucket, Prefix: prefix = "" } = isJsonObject(given) ? given : {};
  if (typeof bucket === "string" && typeof prefix === "string") return { bucket, prefix: prefix.replace(/\/+$/, "") };
  throw resultWriterFailed(`The ResultWriter's Bucket and Prefix are strings, but they were: ${JSON.stringify(given)}`);
}

const resultWriterFailed = (cause: string) => new StateFailure("States.ResultWriterFailed", cause);
