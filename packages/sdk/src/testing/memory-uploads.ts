import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
  type UploadPartCommandInput,
} from "@aws-sdk/client-s3";
import type { mockClient } from "aws-sdk-client-mock";
import type { Operation } from "./memory-s3.js";
import { type ObjectSettings, objectSettings } from "./object-settings.js";

/** An upload that has begun, with the parts that have come. */
export interface Upload {
  readonly key: string;
  readonly settings: ObjectSettings;
  readonly parts: Map<number, Buffer>;
}

interface Server {
  readonly serve: <T>(operation: Operation, key: string, answer: () => T) => Promise<T>;
  readonly store: (key: string, bytes: Buffer, settings: ObjectSettings) => { readonly etag: string };
}

interface Named {
  readonly Key?: string | undefined;
  readonly UploadId?: string | undefined;
}

/** S3's multipart uploads, in memory. */
export const memoryUploads = (mock: ReturnType<typeof mockClient>, { serve, store }: Server) => {
  const uploads = new Map<string, Upload>();
  let begun = 0;
  const find = ({ UploadId = "" }: Named): Upload => {
    const upload = uploads.get(UploadId);
    if (upload !== undefined) return upload;
    throw Object.assign(new Error(`There is no upload '${UploadId}'.`), { name: "NoSuchUpload" });
  };

  mock.on(CreateMultipartUploadCommand).callsFake((input: CreateMultipartUploadCommandInput) =>
    serve("CreateMultipartUpload", input.Key ?? "", () => {
      begun += 1;
      const UploadId = `upload-${begun}`;
      uploads.set(UploadId, { key: input.Key ?? "", settings: objectSettings(input), parts: new Map() });
      return { UploadId };
    }),
  );
  mock.on(UploadPartCommand).callsFake((input: UploadPartCommandInput) =>
    serve("UploadPart", input.Key ?? "", () => {
      find(input).parts.set(input.PartNumber ?? 0, Buffer.from(input.Body as Uint8Array));
      return { ETag: `"part-${input.PartNumber}"` };
    }),
  );
  mock.on(CompleteMultipartUploadCommand).callsFake((input: CompleteMultipartUploadCommandInput) =>
    serve("CompleteMultipartUpload", input.Key ?? "", () => {
      const { key, settings, parts } = find(input);
      const listed = (input.MultipartUpload?.Parts ?? []).map(({ PartNumber = 0 }) => parts.get(PartNumber));
      const bytes = Buffer.concat(listed.map((part) => part ?? Buffer.alloc(0)));
      uploads.delete(input.UploadId ?? "");
      return { ETag: store(key, bytes, settings).etag };
    }),
  );
  mock.on(AbortMultipartUploadCommand).callsFake((input: Named) =>
    serve("AbortMultipartUpload", input.Key ?? "", () => {
      find(input);
      uploads.delete(input.UploadId ?? "");
      return {};
    }),
  );
  return uploads;
};
