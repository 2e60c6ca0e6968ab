export interface PulseOptions {
  /** Whose visibility decides whether it beats. */
  readonly document: Document;
  /** Milliseconds between the end of a beat and the next. @default 2000 */
  readonly every?: number;
  /** Longest pause while beats fail, in ms. @default 15000 */
  readonly longest?: number;
}

/** Calls `beat` again and again while the page is visible, slower while it answers false. Returns how to end it. */
export function pulse(
  beat: () => Promise<boolean>,
  { document, every = 2_000, longest = 15_000 }: PulseOptions,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = every;
  let beating = false;
  let ended = false;

  const visible = (): boolean => document.visibilityState !== "hidden";
  const plan = (): void => {
    clearTimeout(timer);
    if (!ended && visible()) timer = setTimeout(() => void run(), pause);
  };
  const run = async (): Promise<void> => {
    if (beating) return;
    beating = true;
    const fine = await beat();
    beating = false;
    pause = fine ? every : Math.min(longest, pause * 2);
    plan();
  };
  const onVisibility = (): void => {
    clearTimeout(timer);
    pause = every;
    if (visible()) void run();
  };

  document.addEventListener("visibilitychange", onVisibility);
  plan();
  return () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisibility);
  };
}
