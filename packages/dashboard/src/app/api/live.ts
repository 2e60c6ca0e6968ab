import { batch, effect, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError } from "./api-error.js";
import type { Ask, Question } from "./ask.js";

/** A question that may change at any time, and its newest answer. */
export interface Live<T> {
  /** Stays while the next one is under way, unless the question moved to another site. */
  readonly answer: ReadonlySignal<T | undefined>;
  /** Everything received until then is in the answer, in ms since 1970. */
  readonly asOf: ReadonlySignal<number | null>;
  /** Why the last attempt failed; null once one succeeds. */
  readonly error: ReadonlySignal<ApiError | null>;
  /** The answer on screen belongs to an earlier question. */
  readonly behind: ReadonlySignal<boolean>;
  /** Asks again; never rejects. */
  refresh(): Promise<void>;
  stop(): void;
}

/** Asks whenever `question` changes; null asks nothing. `T` is what the collector documents for that path. */
export function live<T>(ask: Ask, question: () => Question | null): Live<T> {
  const answer = signal<T | undefined>(undefined);
  const asOf = signal<number | null>(null);
  const error = signal<ApiError | null>(null);
  const behind = signal(false);
  let asked: Question | null = null;
  let running: AbortController | undefined;

  const attempt = async (): Promise<void> => {
    if (asked === null) return;
    running?.abort();
    const own = new AbortController();
    running = own;
    try {
      const given = await ask(asked, own.signal);
      if (own.signal.aborted) return;
      batch(() => {
        answer.value = given.value as T;
        asOf.value = given.asOf;
        error.value = null;
        behind.value = false;
      });
    } catch (reason) {
      if (own.signal.aborted) return;
      error.value =
        reason instanceof ApiError ? reason : new ApiError("unexpected", 0, String(reason), "", { cause: reason });
    } finally {
      if (running === own) running = undefined;
    }
  };

  const name = (one: Question | null): string => JSON.stringify(one);
  const end = effect(() => {
    const next = question();
    if (name(next) === name(asked)) return;
    if (next?.path !== asked?.path) answer.value = undefined;
    asked = next;
    error.value = null;
    running?.abort();
    behind.value = next !== null;
    void attempt();
  });

  return {
    answer,
    asOf,
    error,
    behind,
    // A slow answer is waited for, never overtaken by the next beat.
    refresh: () => (running === undefined ? attempt() : Promise.resolve()),
    stop() {
      end();
      running?.abort();
    },
  };
}
