import type { Terminal } from "./console/terminal.js";
import { CommandError } from "./error.js";

/** How long closing may take, in ms. */
export const closeWithin = 15_000;

/** A wish to end. */
export interface Stop {
  /** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
  wanted(): Promise<NodeJS.Signals>;
}

/** npm passes on the Ctrl-C that the terminal gave to both: what comes within so many ms is the same wish. */
const sameWish = 500;

/** Signals of this process. */
export function signals(process: NodeJS.Process, now: () => number = () => performance.now()): Stop {
  return {
    wanted: () =>
      new Promise((resolve) => {
        let asked: number | undefined;
        const onSignal = (signal: NodeJS.Signals): void => {
          if (asked === undefined) {
            asked = now();
            resolve(signal);
          } else if (now() - asked > sameWish) process.exit(signal === "SIGINT" ? 130 : 143);
        };
        process.on("SIGINT", onSignal);
        process.on("SIGTERM", onSignal);
      }),
  };
}

/** Waits for the wish to end, then closes within the deadline. */
export async function untilStopped(
  stop: Stop,
  terminal: Terminal,
  close: () => Promise<void>,
  within: number = closeWithin,
): Promise<void> {
  await stop.wanted();
  terminal.note("Stopping (once more to force) …");
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new CommandError(
            "shutdown_late",
            `Closing took longer than ${within / 1000} s and was cut off; what was acknowledged is on disk, the next start goes on with it`,
          ),
        ),
      within,
    );
  });
  await Promise.race([close(), late]).finally(() => clearTimeout(timer));
  terminal.note("Stopped. What was acknowledged is on disk.");
}
