import * as z from "zod";
import { awsSdk } from "../../clients/aws-sdk.mjs";
import { Records } from "../../schemas.mjs";
import { publishProgress } from "../create-by-hand.mjs";

/** Step `index` of a row, read all and write all: the schema is of all that the steps before it wrote. */
export function createStep(index, output) {
  const before = Array.from({ length: index }, (_, earlier) => [`step-${earlier}-output`, Records]);
  const Everything = z.looseObject({ foo: z.string(), ...Object.fromEntries(before) });
  return async (event) => {
    const key = event.processData;
    const document = JSON.parse((await awsSdk.get(key)).text);
    Everything.parse(document);
    document[`step-${index}-output`] = Records.parse(output);
    await awsSdk.put(key, JSON.stringify(document));
    await publishProgress(awsSdk, key);
    return event;
  };
}
