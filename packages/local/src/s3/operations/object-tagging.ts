import { receiveDocument } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { ObjectAddress } from "../storage/find-object.js";
import { tagsOfXml, tagsXml } from "../tags.js";
import { readVersionId, versionHeaders } from "../version-id.js";
import { readXml } from "../xml-reader.js";

const MAX_DOCUMENT_BYTES = 64 * 1024;

function addressOf({ bucket, key, query }: ObjectRequest): ObjectAddress {
  return { bucket, key, versionId: readVersionId(query.get("versionId")) };
}

export const getObjectTagging: Operation<ObjectRequest> = async (request, { store }) => {
  const object = store.objects.head(addressOf(request));
  return xmlResponse("Tagging", tagsXml(object.tags ?? {}), versionHeaders(store.bucket(request.bucket), object));
};

export const putObjectTagging: Operation<ObjectRequest> = async (request, { store }) => {
  const address = addressOf(request);
  store.objects.head(address);
  const tags = tagsOfXml(readXml(await receiveDocument(request, MAX_DOCUMENT_BYTES)));
  const object = await store.objects.tag(address, tags);
  return { status: 200, headers: versionHeaders(store.bucket(request.bucket), object) };
};

export const deleteObjectTagging: Operation<ObjectRequest> = async (request, { store }) => {
  const object = await store.objects.tag(addressOf(request), {});
  return { status: 204, headers: versionHeaders(store.bucket(request.bucket), object) };
};
