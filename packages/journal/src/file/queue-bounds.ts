/** Keeps what waits for a disk small and young, and knows why nothing more is taken. */
export interface QueueBounds {
  /** Why work of so many bytes is not taken now; null when it is. What has no bytes, as cursors, always finds room. */
  refusal(bytes: number): string | null;
  /** So many bytes wait from now on; the wait is watched until `rest`. */
  hold(bytes: number): void;
  /** So many bytes wait no longer. */
  release(bytes: number): void;
  /** The disk has answered, well or not. */
  answered(): void;
  /** Nothing waits. */
  rest(): void;
  /** Why something was refused since the disk answered last; null when nothing was. */
  readonly refusing: string | null;
}

/** What is kept. */
export interface QueueBoundsOptions {
  /** Bytes that may wait; what finds nothing waiting is taken however large it is. */
  readonly queueBytes: number;
  /** How long anybody waits, in ms. */
  readonly queueAge: number;
  /** Tells all no that came up to `since` (by `performance.now()`); answers how many, and when the first of the others came. */
  readonly expire: (since: number, reason: string) => { readonly refused: number; readonly next: number | undefined };
}

/** Bounds over an empty queue. */
export function queueBounds({ queueBytes, queueAge, expire }: QueueBoundsOptions): QueueBounds {
  const slow = `the disk has not answered for ${queueAge} ms`;
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  let full: string | null = null;
  /** Somebody has waited too long: until the disk answers, nobody else is kept waiting for it. */
  let late = false;

  function look(): void {
    const now = performance.now();
    const { refused, next } = expire(now - queueAge, slow);
    timer = next === undefined ? undefined : lookIn(next + queueAge - now);
    late ||= refused > 0;
  }

  // Of more milliseconds than this, Node makes one.
  const lookIn = (ms: number): NodeJS.Timeout => setTimeout(look, Math.min(Math.ceil(ms), 2 ** 31 - 1));

  return {
    get refusing() {
      return late ? slow : full;
    },
    refusal(bytes) {
      if (late) return slow;
      if (bytes === 0 || held === 0 || held + bytes <= queueBytes) return null;
      full = `${held} bytes wait for the disk, and at most ${queueBytes} may`;
      return full;
    },
    hold(bytes) {
      held += bytes;
      timer ??= lookIn(queueAge);
    },
    release(bytes) {
      held -= bytes;
    },
    answered() {
      late = false;
      full = null;
    },
    rest() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
