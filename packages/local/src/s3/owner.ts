import type { XmlElement } from "./xml.js";

/** The canonical user to whom every bucket and object belongs. */
export const OWNER: readonly XmlElement[] = [["ID", "5f53334c4f43414c".padEnd(64, "0")]];
