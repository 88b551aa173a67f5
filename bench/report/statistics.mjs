export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How far the rounds lie apart, as a share of their median: what a figure may differ by from run to run for no reason. */
export const noiseOf = (values) => {
  const middle = median(values);
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
};

/** What one field of a cell is to another cell's, round by round: neighbours in time are compared. */
export const ratios = (own, base, field) => own.map((cell, round) => cell[field] / base[round][field]);
