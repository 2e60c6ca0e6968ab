import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The share of random histories that a project runs: on a server each takes about ten times as long. */
    readonly share: number;
  }
}

/** So many random runs, or the project's share of them. */
export function shareOf(runs: number): number {
  return Math.ceil(runs * inject("share"));
}
