import { letters, type Random, systemRandom } from "./random.js";

const first = "bcdfghjkmnpqrstvwxz";
const rest = `${first}23456789`;

/**
 * A path of 8 letters and digits, the first a letter, as `/f3k9q2w7`. There is no vowel in it and no run of three
 * letters, so that it holds no word and no abbreviation (`ads`, `gtm`, `px`) that a filter list could know.
 */
export function randomPath(random: Random = systemRandom): string {
  for (;;) {
    const path = letters(first, 1, random) + letters(rest, 7, random);
    if (!/[a-z]{3}/.test(path) && /\d.*\d/.test(path)) return `/${path}`;
  }
}
