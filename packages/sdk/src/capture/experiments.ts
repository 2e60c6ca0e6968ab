import type { Capture, Context, Emit, Stop } from "../capture.js";
import { hash } from "../hash.js";

/** What is tried, and on whom. */
export interface Experiment {
  /** Their names, each as likely as the others. To add or to remove one deals all of them out anew. */
  readonly variants: readonly string[];
  /** Whose the choice is: a `visitor` is known where `persist()` is used, a `user` is known from `identify` on. @default "visitor" */
  readonly unit?: "visitor" | "user";
}

/** Experiments by name. It goes into `use`, and tells the page what to show. */
export interface Experiments<E extends { readonly [name: string]: Experiment }> extends Capture {
  /** What this visitor gets, on every page and every visit the same; undefined while nobody knows who it is, and while nothing is recorded. */
  readonly variant: <N extends keyof E & string>(name: N) => E[N]["variants"][number] | undefined;
  /** Answers as `variant` does, and records that the visitor saw it: once for as long as the page lives. */
  readonly show: <N extends keyof E & string>(name: N) => E[N]["variants"][number] | undefined;
  /** Calls `listener` whenever answers may have changed: recording began or ended, somebody was identified or left. */
  readonly subscribe: (listener: () => void) => Stop;
}

/** A number from 0 up to 1, the same for the same text: its hash, the bits mixed as MurmurHash3 does at its end. */
function share(text: string): number {
  let sum = hash(text);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return ((sum ^ (sum >>> 16)) >>> 0) / 2 ** 32;
}

/** Deals variants out by a hash of experiment and visitor: nothing is asked of a server, and nothing more is stored. */
export function experiments<const E extends { readonly [name: string]: Experiment }>(definitions: E): Experiments<E> {
  const listeners = new Set<() => void>();
  let shown = new Set<string>();
  let running: { readonly emit: Emit; readonly context: Context } | undefined;

  const unitOf = (name: string): string | undefined => {
    const unit = definitions[name]?.unit ?? "visitor";
    return running?.context.page() && running.context.identity[unit];
  };
  const variant = (name: string): string | undefined => {
    const unit = unitOf(name);
    const variants = definitions[name]?.variants ?? [];
    return unit && variants[Math.floor(share(`${name} ${unit}`) * variants.length)];
  };
  const show = (name: string): string | undefined => {
    const found = variant(name);
    const seen = `${name} ${unitOf(name)}`;
    if (found && !shown.has(seen)) {
      shown.add(seen);
      running?.emit({ type: "exposure", experiment: name, variant: found });
    }
    return found;
  };
  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  const capture: Capture = (emit, context) => {
    const run = { emit: context.guard(emit), context };
    running = run;
    shown = new Set();
    // Whoever the visitor is changes right after a freeze, so that no batch is of two.
    const tellSoon = (): void => queueMicrotask(context.guard(tell));
    context.beforeFreeze(tellSoon);
    tellSoon();
    return () => {
      // The page asks the latest start.
      if (running === run) running = undefined;
      tellSoon();
    };
  };
  return Object.assign(capture, {
    variant,
    show,
    subscribe: (listener: () => void): Stop => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  }) as Experiments<E>;
}
