/** The first number of a sequence that the seed decides, in [0, 1): Mulberry32, the same everywhere. */
export function seededRandom(seed: number): number {
  let a = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  a = Math.imul(a ^ (a >>> 15), a | 1);
  a ^= a + Math.imul(a ^ (a >>> 7), a | 61);
  return ((a ^ (a >>> 14)) >>> 0) / 2 ** 32;
}
