import type { ForwarderParts } from "./forwarder-parts.js";

/** Remembers the last mishap of a target for its health, and says in the log when something changes, not each time. */
export interface Trouble {
  readonly error: string | null;
  /** In ms since 1970, by the relay's clock. */
  readonly errorAt: number | null;
  readonly successAt: number | null;
  worked(): void;
  failed(reason: string): void;
  stopped(reason: string): void;
  /** Some of the batches have to wait, while others go on. */
  held(reason: string): void;
}

/** Nothing has happened yet. */
export function trouble({ target, log, now }: Pick<ForwarderParts, "target" | "log" | "now">): Trouble {
  let mood: "well" | "failing" | "stopped" = "well";
  let holding: string | undefined;
  let error: string | null = null;
  let errorAt: number | null = null;
  let successAt: number | null = null;

  const note = (next: "failing" | "stopped", reason: string): void => {
    const isNews = mood !== next || error !== reason;
    mood = next;
    error = reason;
    errorAt = now();
    if (!isNews) return;
    const say = { target: target.name, reason };
    if (next === "stopped") log.error(say, "the target is stopped until this is mended; everything is kept meanwhile");
    else log.warn(say, "the target does not take batches now; trying again");
  };

  return {
    get error() {
      return error;
    },
    get errorAt() {
      return errorAt;
    },
    get successAt() {
      return successAt;
    },
    worked() {
      if (mood !== "well") log.info({ target: target.name }, "the target takes batches again");
      mood = "well";
      successAt = now();
    },
    failed: (reason) => note("failing", reason),
    stopped: (reason) => note("stopped", reason),
    held(reason) {
      error = reason;
      errorAt = now();
      if (holding === reason) return;
      holding = reason;
      log.error({ target: target.name, reason }, "batches of one key wait until this is mended; others go on");
    },
  };
}
