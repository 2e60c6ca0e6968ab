import { vi } from "vitest";

/** Waits until `check` no longer throws; after 20 seconds fails as it did last, so that a busy machine is no failure. */
export function soon(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 10 });
}
