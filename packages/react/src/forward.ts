import type { Isotherm } from "@isotherm/sdk";

/** An SDK's methods, each passed on to the one that `running` answers with when it is called, and to nobody where there is none. */
export function forward(running: () => Isotherm | undefined): Isotherm {
  return {
    track: (...args) => running()?.track(...args),
    goal: (...args) => running()?.goal(...args),
    identify: (...args) => running()?.identify(...args),
    reset: () => running()?.reset(),
    consent: (...args) => running()?.consent(...args),
    page: (...args) => running()?.page(...args),
    flush: async () => (await running()?.flush()) ?? { sent: 0, waiting: 0 },
    stop: () => running()?.stop(),
  };
}
