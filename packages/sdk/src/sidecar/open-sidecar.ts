import { openDocument } from "./merge.js";
import type { Reader, Sidecar } from "./sidecar.js";
import type { SidecarLocation } from "./store.js";

/** The one place where a sidecar's layout is chosen. */
export const openSidecar = (location: SidecarLocation, reader: Reader): Promise<Sidecar> =>
  openDocument(location, reader);
