import { awsSdk } from "../clients/aws-sdk.mjs";
import { createHandler } from "./create-by-hand.mjs";

export const handler = createHandler(awsSdk);
