/** Numbers that a seed decides. */
export interface Random {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  bytes(count: number): Buffer;
}

/** Mulberry32: small, and even enough to choose places in a file. Source: https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))) };
}
