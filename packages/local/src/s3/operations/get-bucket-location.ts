import type { BucketRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";

export const getBucketLocation: Operation<BucketRequest> = async ({ bucket }, { store }) =>
  xmlResponse("LocationConstraint", store.bucket(bucket).record.location ?? "");
