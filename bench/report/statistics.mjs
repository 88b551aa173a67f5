export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How far the rounds lie apart, as a share of their median: what a figure may differ by from run to run for no reason. */
export function noiseOf(values) {
  const middle = median(values);
  const usual = withoutOutliers(values);
  return middle === 0 ? 0 : (Math.max(...usual) - Math.min(...usual)) / middle;
}

/** How far the ratios of a handler to itself lie from 1. */
export const deviation = (ratios) => Math.max(0, ...withoutOutliers(ratios).map((ratio) => Math.abs(ratio - 1)));

/** Without the tenth part at either end, where there are as many as ten: among many rounds some are always far off. */
function withoutOutliers(values) {
  const tenth = Math.floor(values.length / 10);
  return [...values].sort((a, b) => a - b).slice(tenth, values.length - tenth);
}

/** What one field of a cell is to another cell's, round by round: neighbours in time are compared. */
export const ratios = (own, base, field) => own.map((cell, round) => cell[field] / base[round][field]);
