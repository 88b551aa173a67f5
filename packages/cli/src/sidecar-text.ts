import type { LocalStack } from "@sfs3/local";
import { layoutOfKey } from "@sfs3/sdk/flow";

/** Where a sidecar lies on this machine. */
export interface SidecarAddress {
  readonly bucket: string;
  /** As the state payload has it. */
  readonly key: string;
}

/** What no document can be made of; the execution's own failure says so as well. */
const NO_DOCUMENT = new Set(["S3DataPreconditionError", "SidecarCorruptError"]);

/** The text of a sidecar, put together where it lies in parts; `undefined` where there is none that can be. */
export async function sidecarText(stack: LocalStack, { bucket, key }: SidecarAddress): Promise<string | undefined> {
  if (layoutOfKey(key) === "document") return (await stack.s3.getObject(bucket, key))?.body.toString("utf8");
  const [{ assemble }, { S3Client }] = await Promise.all([import("@sfs3/sdk/api"), import("@aws-sdk/client-s3")]);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const s3 = new S3Client({ endpoint: stack.url, region: "us-east-1", credentials, forcePathStyle: true });
  try {
    return JSON.stringify(await assemble(key, { bucketName: bucket, s3 }));
  } catch (error) {
    if (error instanceof Error && NO_DOCUMENT.has(error.name)) return undefined;
    throw error;
  } finally {
    s3.destroy();
  }
}
