/** How a sidecar lies in S3: one object, or one object for the input and one for each output. */
export type Layout = (typeof LAYOUTS)[number];

export const LAYOUTS = ["document", "parts"] as const;

/** The sidecar's key, which is what `processData` holds: a prefix, with its `/`, in the parts layout. */
export const sidecarKey = (txnId: string, layout: Layout): string => (layout === "parts" ? `${txnId}/` : txnId);

export const layoutOfKey = (key: string): Layout => (key.endsWith("/") ? "parts" : "document");

export const txnIdOfKey = (key: string): string => (key.endsWith("/") ? key.slice(0, -1) : key);
