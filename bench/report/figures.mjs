import { deviation, median, noiseOf } from "./statistics.mjs";

/** A ratio that the next run is held to: which cell of which table, and the median of its rounds. */
export const figure = (cell, rounds, control) => ({ cell, ratio: median(rounds), noise: noise(rounds, control) });

/** What a figure is to be at most. `limit` has the unit of the rounds; `what` says which ratio it is. */
export const aim = (cell, what, limit, rounds, control) => ({
  cell,
  what,
  limit,
  value: rounded(median(rounds)),
  noise: noise(rounds, control),
});

/** How far the rounds lie apart, or, where one handler was measured twice, how far those of its `control` lie from 1. */
const noise = (rounds, control = []) => Math.max(noiseOf(rounds), deviation(control));

/** As it is printed: two decimals are what a ratio is good for. */
const rounded = (value) => Math.round(value * 100) / 100;

export const isMet = ({ value, limit }) => value <= limit;

/** `<= 0.45 of by hand: 0.39, met`. */
export const verdict = (one) => `${one.what} ≤ ${one.limit}: ${one.value}, ${isMet(one) ? "met" : "**missed**"}`;

/** The verdicts on one cell, for its row. */
export const verdicts = (aims, cell) =>
  aims
    .filter((one) => one.cell === cell)
    .map(verdict)
    .join("; ");
