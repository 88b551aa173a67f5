import { createDocument } from "../document.mjs";
import { FROZEN_BUCKET, txnIdOf } from "../names.mjs";
import { store } from "./s3.mjs";

/** Puts a sidecar of about so many bytes where {@link txnIdOf} says, in both layouts. */
export function seed(bytes) {
  const document = createDocument(bytes);
  const base = `/${FROZEN_BUCKET}/${txnIdOf(bytes)}`;
  store(base, bytesOf(document));
  const outputs = Object.keys(document).filter((key) => key.endsWith("-output"));
  for (const key of outputs) store(`${base}/${key}.json`, bytesOf(document[key]));
  const input = Object.entries(document).filter(([key]) => !outputs.includes(key));
  store(`${base}/input.json`, bytesOf(Object.fromEntries(input)));
}

const bytesOf = (value) => Buffer.from(JSON.stringify(value));
