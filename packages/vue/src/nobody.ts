import type { Isotherm } from "@isotherm/sdk";

const nothing = (): void => {};

/** An SDK that records nothing. */
export const nobody: Isotherm = {
  track: nothing,
  goal: nothing,
  identify: nothing,
  reset: nothing,
  consent: nothing,
  page: nothing,
  stop: nothing,
  flush: async () => ({ sent: 0, waiting: 0 }),
};
