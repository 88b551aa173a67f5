/** What is said of an object beside its bytes. */
export interface ObjectSettings {
  readonly contentType?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly metadata?: Record<string, string>;
}

interface Said {
  readonly ContentType?: string | undefined;
  /** Of the form of a query. */
  readonly Tagging?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

/** As a request says it. */
export const objectSettings = ({ ContentType, Tagging = "", Metadata = {} }: Said): ObjectSettings => ({
  contentType: ContentType,
  tags: Object.fromEntries(new URLSearchParams(Tagging)),
  metadata: Metadata,
});
