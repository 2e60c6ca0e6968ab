import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The share of random histories that a project runs: on a server each takes about ten times as long. */
    readonly share: number;
  }
}

const full = process.env.TEST_EFFORT === "full";

/** So many random runs, or the project's share of them; all of them everywhere under `pnpm drill`. */
export function shareOf(runs: number): number {
  return Math.ceil(runs * (full ? 1 : inject("share")));
}

/** Milliseconds that they may take. */
export const shareTimeout: number = full ? 3_600_000 : 300_000;
