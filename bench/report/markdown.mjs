/** A Markdown table: its columns' heads, and its rows' cells. */
export const table = (columns, rows) => [columns, columns.map(() => "---"), ...rows].map(row).join("\n");

const row = (cells) => `| ${cells.join(" | ")} |`;

/** `4.8 (4.6-4.9)`: the median of the rounds, the least and the greatest. */
export const spread = (values, middle, digits = 1) =>
  `${middle.toFixed(digits)} (${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)})`;
