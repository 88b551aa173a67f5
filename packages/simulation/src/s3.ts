import { createHash } from "node:crypto";
import { answer, type HttpAnswer, type HttpRequest, xmlRefusal } from "./http.js";

export interface StoredObject {
  readonly bytes: Buffer;
  /** MD5, as S3 has it for objects that it encrypts with keys of its own: the same bytes have the same one. */
  readonly etag: string;
  /** User metadata, by name without its prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What happened to an object, at the instant at which it did. */
export interface S3Events<TSender> {
  readonly onWrite: (change: Change, sender: TSender) => void;
}

export interface Change {
  readonly key: string;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

/** One bucket: strongly consistent, conditional writes judged as S3 does. */
export interface SimulatedS3<TSender> {
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** How many requests it has served: its own time, in which each has an instant. Answers carry it as their id. */
  readonly tick: number;
  serve(request: HttpRequest, sender: TSender): HttpAnswer;
}

const METADATA = "x-amz-meta-";

/** Source: Amazon S3 API Reference, and User Guide, "Add preconditions to S3 operations with conditional requests". */
export const createS3 = <TSender>({ onWrite }: S3Events<TSender>): SimulatedS3<TSender> => {
  const objects = new Map<string, StoredObject>();
  let tick = 0;

  const read = (key: string, { method, headers: asked }: HttpRequest): HttpAnswer => {
    const object = objects.get(key);
    if (object === undefined) return method === "HEAD" ? answer(404) : xmlRefusal(404, "NoSuchKey");
    if (asked["if-none-match"] === object.etag) return answer(304, "", { etag: object.etag });
    const metadata = Object.entries(object.metadata).map(([name, value]) => [`${METADATA}${name}`, value]);
    const headers = { etag: object.etag, "content-length": `${object.bytes.length}`, ...Object.fromEntries(metadata) };
    return answer(200, method === "HEAD" ? "" : object.bytes, headers);
  };

  const put = (key: string, { headers, body }: HttpRequest, sender: TSender): HttpAnswer => {
    const before = objects.get(key);
    const refusal = judge(before, headers);
    if (refusal !== undefined) return refusal;
    const after: StoredObject = { bytes: body, etag: etagOf(body), metadata: metadataOf(headers) };
    objects.set(key, after);
    onWrite({ key, before, after }, sender);
    return answer(200, "", { etag: after.etag });
  };

  const remove = (key: string, sender: TSender): HttpAnswer => {
    const before = objects.get(key);
    objects.delete(key);
    if (before !== undefined) onWrite({ key, before, after: undefined }, sender);
    return answer(204);
  };

  const act = (request: HttpRequest, sender: TSender): HttpAnswer => {
    const { method, path, query, headers } = request;
    const key = path.split("/").slice(2).join("/");
    if (method === "GET" && query["list-type"] === "2") return list(objects, query);
    if (method === "GET" || method === "HEAD") return read(key, request);
    if (method === "PUT" && headers["x-amz-copy-source"] === undefined) return put(key, request, sender);
    if (method === "DELETE") return remove(key, sender);
    throw new Error(`The simulated S3 does not know ${method} ${path}; teach it.`);
  };

  return {
    objects,
    get tick() {
      return tick;
    },
    serve: (request, sender) => {
      tick += 1;
      const given = act(request, sender);
      return { ...given, headers: { ...given.headers, "x-amz-request-id": `${tick}` } };
    },
  };
};

const judge = (current: StoredObject | undefined, headers: HttpRequest["headers"]): HttpAnswer | undefined => {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if (ifNoneMatch === "*" && current !== undefined) return xmlRefusal(412, "PreconditionFailed");
  if (ifMatch === undefined) return undefined;
  if (current === undefined) return xmlRefusal(404, "NoSuchKey");
  return current.etag === ifMatch ? undefined : xmlRefusal(412, "PreconditionFailed");
};

const etagOf = (bytes: Buffer): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

const metadataOf = (headers: HttpRequest["headers"]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(METADATA))
      .map(([name, value]) => [name.slice(METADATA.length), value]),
  );

/** ListObjectsV2 in pages, as S3 gives them. */
const list = (objects: ReadonlyMap<string, StoredObject>, query: HttpRequest["query"]): HttpAnswer => {
  const { prefix, "max-keys": max, "continuation-token": token, "start-after": startAfter } = query;
  const after = String(token ?? startAfter ?? "");
  const found = [...objects.keys()].filter((key) => key.startsWith(String(prefix ?? "")) && key > after).sort();
  const page = found.slice(0, Math.min(1_000, Number(max ?? 1_000)));
  const isTruncated = page.length < found.length;
  const contents = page.map((key) => {
    const { bytes, etag } = objects.get(key) as StoredObject;
    const escaped = etag.replaceAll('"', "&quot;");
    return `<Contents><Key>${key}</Key><ETag>${escaped}</ETag><Size>${bytes.length}</Size></Contents>`;
  });
  const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  const head = `<KeyCount>${page.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>${next}`;
  return answer(200, `<?xml version="1.0"?><ListBucketResult>${head}${contents.join("")}</ListBucketResult>`);
};
