/** Resolves to what `look` found as soon as it is neither null nor undefined; rejects after `ms` milliseconds, saying `what` was awaited. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined>, ms = 60_000): Promise<T> {
  const deadline = Date.now() + ms;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found !== null && found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${ms} ms in vain for ${what}`, { cause: last });
}
