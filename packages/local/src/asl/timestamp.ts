const TIMESTAMP = /^(\d{4}-\d{2}-(\d{2}))T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The instant an ISO-8601 date-time with an offset names, in milliseconds since 1970; undefined for any other text. */
export function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  // Date.parse takes February 30 for March 2.
  const dayExists = new Date(`${match[1]}T00:00Z`).getUTCDate() === Number(match[2]);
  const epochMs = Date.parse(text);
  return dayExists && !Number.isNaN(epochMs) ? epochMs : undefined;
}
