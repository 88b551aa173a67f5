import { openDocument } from "./merge.js";
import type { Reader, Sidecar } from "./sidecar.js";
import type { SidecarLocation } from "./store.js";

/** The one place where a sidecar's layout is chosen. */
export const openSidecar = async (location: SidecarLocation, reader: Reader): Promise<Sidecar> => {
  if (location.layout === "document") return openDocument(location, reader);
  // Loaded when called: a cold start of a step on documents has no part in it.
  const { openParts } = await import("./parts/open-parts.js");
  return openParts(location, reader);
};
