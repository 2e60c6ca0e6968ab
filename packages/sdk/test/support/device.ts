import { IDBFactory } from "fake-indexeddb";
import { vi } from "vitest";
import { type Isotherm, type OfflineOptions, offline, type StartOptions } from "../../src/index.js";
import type { Waiting } from "../../src/outbox/outbox.js";
import { begin, restoreBrowser } from "./browser.js";

/** A device that keeps nothing yet, with a clock that stands still. */
export function emptyDevice(): void {
  // The storage works between tasks.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  vi.stubGlobal("indexedDB", new IDBFactory());
}

export async function leaveDevice(): Promise<void> {
  await stored();
  await restoreBrowser();
}

/** Lets the storage do what it was asked to: it works between tasks. */
export async function stored(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

export async function pass(milliseconds: number): Promise<void> {
  await stored();
  for (let left = milliseconds; left > 0; left -= 500) {
    await vi.advanceTimersByTimeAsync(Math.min(500, left));
    await stored();
  }
}

export const startOffline = (options?: OfflineOptions, rest: Partial<StartOptions> = {}): Isotherm =>
  begin({ use: [offline(options)], ...rest });

/** The tab is gone at once: its timers never fire. */
export function crash(): void {
  const now = Date.now();
  // Sets the clock back as well.
  vi.clearAllTimers();
  vi.setSystemTime(now);
}

/** What the outbox keeps on the device. */
export const readRows = (): Promise<Waiting[]> => onDevice((outbox) => outbox.getAll());

/** Writes to the device what another tab had written there, as of now. */
export const writeRow = (row: Waiting): Promise<unknown> =>
  onDevice((outbox) => outbox.put({ ...row, written: Date.now() }, row.id));

async function onDevice<T>(act: (outbox: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open("isotherm pk_test");
  await new Promise((resolve) => {
    opening.onsuccess = resolve;
  });
  const acting = act(opening.result.transaction("outbox", "readwrite").objectStore("outbox"));
  await new Promise((resolve) => {
    acting.onsuccess = resolve;
  });
  opening.result.close();
  return acting.result;
}
