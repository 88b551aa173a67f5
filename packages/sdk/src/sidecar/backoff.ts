const BASE_MS = 20;
const CAP_MS = 2_000;

/** Full jitter: anywhere up to a bound that doubles with each lost write, so that writers spread out. Unit: milliseconds. */
export const backoffMs = (losses: number, random: () => number): number =>
  Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** losses));
