import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { CachePersistenceLayer } from "@aws-lambda-powertools/idempotency/cache";
import { parse } from "@aws-lambda-powertools/parser";
import { awsSdk } from "../clients/aws-sdk.mjs";
import { Everything, Output } from "../schemas.mjs";
import { createHandler } from "./create-by-hand.mjs";

/** A cache in memory: what the persistence layer asks of Redis or Valkey, without the two requests that those would cost. */
const records = new Map();
const client = {
  async get(name) {
    return records.get(name) ?? null;
  },
  async set(name, value) {
    records.set(name, value);
    return "OK";
  },
  async del(names) {
    for (const name of names) records.delete(name);
    return names.length;
  },
};

/** The state entry is what a call is known by, as in a step's journal. */
const config = new IdempotencyConfig({ eventKeyJmesPath: "[sfs3.execution, sfs3.state, sfs3.enteredAt]" });
const work = createHandler(awsSdk, {
  parse: (document) => parse(document, undefined, Everything),
  render: (output) => parse(output, undefined, Output),
});

const workOnce = makeIdempotent(work, { persistenceStore: new CachePersistenceLayer({ client }), config });

export function handler(event, context) {
  config.registerLambdaContext(context);
  return workOnce(event);
}
