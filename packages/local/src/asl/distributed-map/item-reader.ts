import type { Fields } from "../fields.js";
import { isJsonObject, type Json } from "../json.js";
import type { ObjectPort } from "../object-port.js";
import type { Query } from "../query-language.js";
import type { StateSource } from "../states/body.js";
import { type DatasetFormat, readDatasetFormat } from "./dataset-format.js";
import type { Item } from "./item.js";
import { itemReaderFailed, readingItems } from "./item-reader-failure.js";
import { readMaxItems, upTo } from "./max-items.js";

/** Opens the dataset for one visit of the Map. What cannot be read fails as its items are asked for. */
export type OpenDataset = Query<AsyncIterable<Item>>;

type Parameters = { readonly [name: string]: Json };
type ReadItems = (objects: ObjectPort, parameters: Parameters) => AsyncIterable<Item>;

/** `ItemReader`; undefined where the items come from the state's input. Source: Developer Guide, "ItemReader (Map)". */
export function readItemReader({ fields, language, compilation }: StateSource): OpenDataset | undefined {
  if (!fields.has("ItemReader")) return undefined;
  const objects =
    compilation.objects ?? fields.refuse("ItemReader", "this engine was given no S3 to read from; pass `objects`");
  const reader = fields.object("ItemReader");
  const resource = reader.optionalOneOf("Resource", RESOURCE_NAMES) ?? reader.refuse("Resource", "it is required");
  const config = reader.has("ReaderConfig") ? reader.object("ReaderConfig") : undefined;
  const read = RESOURCES[resource](config, reader);
  const maxItems = config && readMaxItems(config, language);
  config?.close("a ReaderConfig");
  const parameters = language.payload(reader) ?? reader.refuse("Parameters", "the bucket to read from is required");
  reader.close(`an ItemReader of a ${language.name} Map`);
  return async (entry) => {
    const limit = await maxItems?.(entry);
    const given = await parameters(entry);
    return upTo(limit, read(objects, isJsonObject(given) ? given : {}));
  };
}

const readGetObject = (config: Fields | undefined, reader: Fields): ReadItems => {
  const format =
    (config && readDatasetFormat(config)) ??
    reader.refuse("ReaderConfig", "an InputType is required to read an object");
  return (objects, parameters) => {
    const { Bucket: bucket, Key: key, VersionId: versionId } = parameters;
    const location = {
      bucket: text(bucket),
      key: text(key),
      versionId: versionId === undefined ? undefined : text(versionId),
    };
    return objectItems(objects, location, format);
  };
};

const readListObjects = (config: Fields | undefined): ReadItems => {
  const flattens = config?.optionalOneOf("Transformation", ["NONE", "LOAD_AND_FLATTEN"]) === "LOAD_AND_FLATTEN";
  const format = config && readDatasetFormat(config);
  if (flattens !== (format !== undefined)) {
    config?.refuse("InputType", "it goes with the Transformation LOAD_AND_FLATTEN, and only with it");
  }
  return (objects, { Bucket, Prefix }) => {
    const bucket = text(Bucket);
    const prefix = Prefix === undefined ? "" : text(Prefix);
    return format === undefined
      ? listedItems(objects, bucket, prefix)
      : flattenedItems(objects, { bucket, prefix }, format);
  };
};

const RESOURCES = {
  "arn:aws:states:::s3:getObject": readGetObject,
  "arn:aws:states:::s3:listObjectsV2": readListObjects,
} as const;
const RESOURCE_NAMES = Object.keys(RESOURCES) as (keyof typeof RESOURCES)[];

function text(value: Json | undefined): string {
  if (typeof value === "string") return value;
  throw itemReaderFailed(
    `The ItemReader's bucket, key, version and prefix are strings, but one was: ${JSON.stringify(value)}`,
  );
}

interface Located {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

const objectItems = (objects: ObjectPort, location: Located, format: DatasetFormat): AsyncIterable<Item> => {
  const source = `S3://${location.bucket}/${location.key}`;
  return readingItems(source, async function* () {
    yield* format(await objects.read(location), source);
  });
};

const listedItems = (objects: ObjectPort, bucket: string, prefix: string): AsyncIterable<Item> => {
  const source = `S3://${bucket}`;
  return readingItems(source, async function* () {
    for await (const { key, etag, lastModified, sizeBytes, storageClass } of objects.list(bucket, prefix)) {
      const lastModifiedSeconds = lastModified.getTime() / 1_000;
      const value = {
        Etag: etag,
        Key: key,
        LastModified: lastModifiedSeconds,
        Size: sizeBytes,
        StorageClass: storageClass,
      };
      yield { value, source };
    }
  });
};

async function* flattenedItems(
  objects: ObjectPort,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  format: DatasetFormat,
): AsyncGenerator<Item> {
  const listed = readingItems(`S3://${bucket}`, () => objects.list(bucket, prefix));
  for await (const { key } of listed) yield* objectItems(objects, { bucket, key }, format);
}
