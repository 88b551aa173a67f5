/**
 * How much more the last quarter may take than the second, apart from the index of what is kept. The process as a whole
 * takes more or less with the number of workers that live at the moment, so it has more room.
 */
const MAX_GROWTH = { heapBytes: 0.1, rssBytes: 0.2 };

/** What the index of one execution and of its objects may take. Unit: bytes. */
const MAX_INDEX_BYTES = 8 * 1024;

/**
 * Whether memory is flat: the median of the last quarter of the time is compared with that of the second; the first warms
 * up. Since everything is kept, so is an index of it, in the stack's own heap and so in the process: it is taken off the
 * samples, and has a limit of its own.
 *
 * @param samples in the order of time: `atMs`, `executions` ended so far, and what the process took
 * @param indexBytes what the index takes for each execution, as a stack shows that opens the same folder anew
 * @returns `undefined` where there are too few samples
 */
export const judge = (samples, indexBytes) => {
  const quarters = quartersOf(samples);
  if (quarters.some(({ length }) => length === 0)) return undefined;
  const growth = {
    heapBytes: growthOf("heapBytes", quarters, indexBytes),
    rssBytes: growthOf("rssBytes", quarters, indexBytes),
  };
  const isSteady = Object.entries(growth).every(([measure, share]) => share <= MAX_GROWTH[measure]);
  return { quarters: quarters.map(summary), growth, isFlat: isSteady && indexBytes <= MAX_INDEX_BYTES };
};

const SHOWN = ["rssBytes", "heapBytes", "workerHeapBytes", "workers"];

const quartersOf = (samples) => {
  const [from = 0, to = 0] = [samples.at(0)?.atMs, samples.at(-1)?.atMs];
  const of = ({ atMs }) => Math.min(3, Math.floor(((atMs - from) / (to - from)) * 4));
  return [0, 1, 2, 3].map((quarter) => samples.filter((sample) => of(sample) === quarter));
};

const growthOf = (measure, [, second, , last], indexBytes) => {
  const beside = (quarter) => median(quarter.map((sample) => sample[measure] - indexBytes * sample.executions));
  return beside(last) / beside(second) - 1;
};

const summary = (quarter) => ({
  executions: quarter.at(-1).executions,
  ...Object.fromEntries(SHOWN.map((measure) => [measure, median(quarter.map((sample) => sample[measure]))])),
});

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
};
