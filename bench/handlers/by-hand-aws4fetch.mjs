import { aws4fetch } from "../clients/aws4fetch.mjs";
import { createHandler } from "./create-by-hand.mjs";

export const handler = createHandler(aws4fetch);
