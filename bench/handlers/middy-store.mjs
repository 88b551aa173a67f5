import middy from "@middy/core";
import { middyStore, Sizes } from "middy-store";
import { S3Store } from "middy-store-s3";
import { awsSdk } from "../clients/aws-sdk.mjs";
import { Everything, Output } from "../schemas.mjs";
import { publishProgress } from "./create-by-hand.mjs";

/**
 * middy-store hands the payload itself from function to function, and puts it into S3 under a new key each time: nothing is
 * overwritten, so there is nothing to lose, and nothing that parallel branches could share. It makes an S3 client for each
 * request.
 */
const store = new S3Store({ bucket: () => process.env.BUCKET_NAME });

const count = middy()
  .use(middyStore({ stores: [store], storingOptions: { minSize: Sizes.ZERO } }))
  .handler(async (document) => {
    const data = Everything.parse(document);
    const output = Output.parse({ count: data["step-1-output"].records.length });
    await publishProgress(awsSdk, "middy-store");
    return { ...document, "measured-output": output };
  });

export function handler({ processData }, context) {
  const reference = { "@middy-store": `s3://${process.env.BUCKET_NAME}/${processData}` };
  return count(reference, context);
}
