import type { input, output } from "zod/v4/core";
import type { AnyStep, Schema } from "../../step.js";
import type { Json } from "./json.js";

export type StepName<TStep extends AnyStep> = TStep["options"]["name"];
export type StepKey<TStep extends AnyStep> = TStep["options"]["outputKey"];
export type StepReads<TStep extends AnyStep> = input<TStep["schemaIn"]>;
export type StepWrites<TStep extends AnyStep> = Json<output<TStep["schemaOut"]>>;

export type StepRoute<TStep extends AnyStep> =
  NonNullable<TStep["options"]["route"]> extends (output: never) => infer TRoute ? TRoute : never;

/** The keys that an object schema describes, as they stand in the sidecar. */
export type SchemaWrites<TSchema extends Schema | undefined> = TSchema extends Schema
  ? Json<output<TSchema>>
  : Record<never, never>;
