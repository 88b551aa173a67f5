import { CHECKSUM_PATTERN, CONTENT_TYPE_PATTERN, KEY_PATTERN } from "./reference.js";

/** JSON Schema of a reference. The example belongs to the transaction that `testStep` runs by default. */
export const REFERENCE_JSON_SCHEMA = {
  type: "object",
  properties: {
    $blob: {
      type: "object",
      properties: {
        key: { type: "string", pattern: KEY_PATTERN.source },
        size: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        contentType: { type: "string", pattern: CONTENT_TYPE_PATTERN.source },
        checksum: { type: "string", pattern: CHECKSUM_PATTERN.source },
      },
      required: ["key", "size", "contentType", "checksum"],
      additionalProperties: false,
    },
  },
  required: ["$blob"],
  additionalProperties: false,
  examples: [
    {
      $blob: {
        key: "test-transaction/blobs/sample/00000000-0000-4000-8000-000000000000",
        size: 0,
        contentType: "application/octet-stream",
        checksum: "crc32-AAAAAA==",
      },
    },
  ],
};
