import { isMet, verdict } from "./figures.mjs";

/** Less than this is noise on any machine, however close the rounds of two runs lie. */
const MIN_NOISE = 0.05;

/** Rounds of one run that lie further apart say nothing: the machine did something else meanwhile. */
const MAX_NOISE = 0.5;

/**
 * What is worse in this run than in the committed one, a sentence each: a ratio beyond its baseline by more than the noise, an
 * aim missed by more than that, a cell that only one of them has, or one that is too noisy to be judged. The noise is the greater of the two runs'.
 *
 * `results` are this run's tables by name: `{ ratios, aims }`. Tables of the baseline that were not run are not judged.
 */
export function regressions(baseline, results) {
  return Object.entries(results).flatMap(([table, { ratios, aims }]) => [
    ...ratios.flatMap((own) => judged(table, own, baseline[table]?.[own.cell])),
    ...gone(table, ratios, baseline[table] ?? {}),
    ...aims.filter(isMissed).map((one) => `${table}, ${one.cell}: ${verdict(one)}`),
  ]);
}

/** An aim has no noise but its own rounds': what is counted, not timed, is held to the last one. */
const isMissed = (one) => !isMet(one) && one.value > one.limit * (1 + one.noise);

const noise = (...runs) => Math.max(MIN_NOISE, ...runs.map((run) => run.noise));

function judged(table, own, before) {
  if (before === undefined) return [`${table}, ${own.cell}: is not in the baseline. Write it with --update-baseline.`];
  if (own.noise > MAX_NOISE) {
    const percent = (own.noise * 100).toFixed(0);
    return [
      `${table}, ${own.cell}: cannot be judged, its rounds differ by ${percent}%. Run on a machine that does nothing else.`,
    ];
  }
  const limit = before.ratio * (1 + noise(own, before));
  if (own.ratio <= limit) return [];
  return [
    `${table}, ${own.cell}: ${own.ratio.toFixed(3)}, was ${before.ratio}, and noise explains ${limit.toFixed(3)}.`,
  ];
}

function gone(table, ratios, before) {
  const measured = new Set(ratios.map(({ cell }) => cell));
  const missing = Object.keys(before).filter((cell) => !measured.has(cell));
  return missing.map((cell) => `${table}, ${cell}: is in the baseline and was not measured.`);
}

/** The baseline with this run's tables in the place of what it held of them. */
export function updated(baseline, results) {
  const own = Object.entries(results).map(([table, { ratios }]) => [table, Object.fromEntries(ratios.map(entry))]);
  return { ...baseline, ...Object.fromEntries(own.filter(([, cells]) => Object.keys(cells).length > 0)) };
}

const entry = ({ cell, ratio, noise }) => [cell, { ratio: decimals(ratio), noise: decimals(noise) }];
const decimals = (value) => Math.round(value * 1000) / 1000;
