/**
 * Runs every contender once per round, in turn, so that a busy moment of the machine meets them all, and gives what each
 * one's rounds resolved to.
 *
 * @template Result
 * @param {Record<string, () => Promise<Result>>} contenders
 * @param {number} rounds
 * @returns {Promise<Record<string, Result[]>>}
 */
export async function takeTurns(contenders, rounds = 5) {
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, contender] of Object.entries(contenders)) results[name].push(await contender());
  }
  return results;
}

/** @param {number[]} numbers */
export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Runs contenders in turn and gives each one's median. A contender resolves to a number; what the number means is the
 * caller's.
 *
 * @param {Record<string, () => Promise<number>>} contenders
 * @param {number} rounds
 * @returns {Promise<Record<string, number>>}
 */
export async function interleave(contenders, rounds = 5) {
  const results = await takeTurns(contenders, rounds);
  return Object.fromEntries(Object.entries(results).map(([name, numbers]) => [name, median(numbers)]));
}
