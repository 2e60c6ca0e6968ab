/** Waits until something is true; fails after the deadline with what it was instead. */
export async function until<T>(
  read: () => T | Promise<T>,
  isRight: (value: T) => boolean,
  deadlineMs = 50_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (performance.now() > end) throw new Error(`did not come true in ${deadlineMs} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
