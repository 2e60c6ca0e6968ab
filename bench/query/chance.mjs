/**
 * Random numbers that a seed decides: mulberry32, which is small, quick and good enough for made-up visits.
 *
 * @param {number} seed
 */
export function chance(seed) {
  let state = seed >>> 0;
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from, to) => from + Math.floor(number() * (to - from + 1));
  return {
    number,
    /** A whole number from `from` to `to`, both included. */
    whole,
    yes: (probability) => number() < probability,
    pick: (list) => list[whole(0, list.length - 1)],
    /** About `mean`, never further from it than three deviations. */
    about: (mean, deviation) => mean + deviation * (number() + number() + number() + number() - 2) * 1.5,
    bytes: (count) => Uint8Array.from({ length: count }, () => whole(0, 255)),
  };
}

/** A seed made of several numbers. */
export function mix(...numbers) {
  let sum = 0x811c9dc5;
  for (const number of numbers) {
    sum = Math.imul(sum ^ number, 0x01000193);
    sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  }
  return (sum ^ (sum >>> 13)) >>> 0;
}

/** Picks from a list as likely as each entry's `weight` says; the sums are made once. */
export function weighted(list) {
  const sums = [];
  let sum = 0;
  for (const { weight } of list) {
    sum += weight;
    sums.push(sum);
  }
  return (random) => {
    const at = random.number() * sum;
    return list[sums.findIndex((edge) => at < edge)] ?? list.at(-1);
  };
}
