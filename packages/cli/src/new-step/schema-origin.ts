import type { FlowDefinition, Slot } from "@sfs3/sdk/flow";
import { importSpecifier } from "./import-specifier.js";
import type { KnownExports } from "./known-exports.js";

type Schema = FlowDefinition["input"];

/** Where the schema of a key is exported: `OrdersInput.shape.orderId` of `../input.js`. */
export interface Origin {
  readonly name: string;
  readonly from: string;
  /** What of the export it is, as source: `.shape.orderId`. */
  readonly access: string;
}

export interface Found {
  /** Of one item, where each item of a map has written one; `undefined` where more than one wrote the key. */
  readonly schema: Schema | undefined;
  readonly origin: Origin | undefined;
}

interface Place {
  readonly flow: FlowDefinition;
  readonly exports: KnownExports;
  /** Absolute: the folder to import from. */
  readonly folder: string;
}

/** The schema with which a key was written. */
export function schemaOf(key: string, { writers }: Slot, { flow, exports, folder }: Place): Found {
  const originOf = (value: unknown, access: string): Origin | undefined => {
    const known = exports.get(value);
    return known === undefined ? undefined : { name: known.name, from: importSpecifier(folder, known.path), access };
  };
  const [writer, another] = writers;
  if (writer === undefined || writer === "state" || another !== undefined)
    return { schema: undefined, origin: undefined };
  if (writer !== "input") {
    const { schemaOut } = writer;
    return { schema: schemaOut, origin: originOf(schemaOut, "") ?? originOf(writer, ".schemaOut") };
  }
  const schema = propertyIn(flow.input, key);
  return { schema, origin: schema === undefined ? undefined : originOf(flow.input, `.shape${access(key)}`) };
}

/** The schema of a property, of an object schema that has its `shape` in the open. */
function propertyIn(input: Schema, key: string): Schema | undefined {
  const shape: unknown = Reflect.get(input, "shape");
  return typeof shape === "object" && shape !== null && Object.hasOwn(shape, key) ? Reflect.get(shape, key) : undefined;
}

const access = (key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
