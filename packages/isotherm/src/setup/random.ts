import { randomInt } from "node:crypto";

/** A whole number from 0 up to, not including, `below`, each as likely. */
export type Random = (below: number) => number;

/** The operating system's randomness. */
export const systemRandom: Random = (below) => randomInt(below);

/** `length` characters of an alphabet, each as likely. */
export function letters(alphabet: string, length: number, random: Random): string {
  return Array.from({ length }, () => alphabet.charAt(random(alphabet.length))).join("");
}
