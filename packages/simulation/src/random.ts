/** All chance of a run, from one seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Both ends included. */
  integer(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Chris Doty-Humphrey's sfc32; its state is the seed's numbers of Austin Appleby's MurmurHash3, so that neighbours differ. */
export const createRandom = (seed: number): Random => {
  let [a, b, c, counter] = [stir(seed), stir(seed ^ 0x9e3779b9), stir(Math.floor(seed / 2 ** 32) + 1), 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round += 1) next();
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[integer(0, choices.length - 1)] as (typeof choices)[number],
  };
};

const stir = (value: number): number => {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
};
