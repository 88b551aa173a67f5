import { awsSdk } from "../../clients/aws-sdk.mjs";
import { Records } from "../../schemas.mjs";
import { publishProgress } from "../create-by-hand.mjs";

/** Makes the steps of a row that read all and write all; `schemaOf(index)` is what step `index` checks of the document. */
export const createReadAllWriteAll = (schemaOf) => (index, output) => {
  const schema = schemaOf(index);
  return async (event) => {
    const key = event.processData;
    const document = JSON.parse((await awsSdk.get(key)).text);
    schema.parse(document);
    document[`step-${index}-output`] = Records.parse(output);
    await awsSdk.put(key, JSON.stringify(document));
    await publishProgress(awsSdk, key);
    return event;
  };
};
