/**
 * Rows as lines, in columns of equal width.
 *
 * @param texts how many columns hold text, which stands to the left; what comes after them are figures, to the right
 */
export function aligned(
  rows: readonly (readonly string[])[],
  { texts }: { readonly texts: number },
): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (cell: string, column: number) =>
    column < texts ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(padded).join("   ").trimEnd());
}
