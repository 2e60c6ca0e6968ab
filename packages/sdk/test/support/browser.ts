import { vi } from "vitest";
import { type Isotherm, type StartOptions, start } from "../../src/index.js";

const running: Isotherm[] = [];

/** Starts as a site does, and stops after the test. */
export function begin(options: Partial<StartOptions> = {}): Isotherm {
  const isotherm = start({ key: "pk_test", to: "/in", ...options });
  running.push(isotherm);
  return isotherm;
}

/** Lets what has been promised happen, without a timer. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

export async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await settle();
}

/** Shows or hides the page as a switch of tabs does. */
export function show(visible: boolean): void {
  Object.defineProperty(document, "hidden", { configurable: true, value: !visible });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}

/** The order of a navigation: https://html.spec.whatwg.org/multipage/browsing-the-web.html#unloading-documents */
export function leavePage(): void {
  window.dispatchEvent(new Event("pagehide"));
  show(false);
}

/** Undoes what a test did to the page. */
export async function restoreBrowser(): Promise<void> {
  for (const isotherm of running.splice(0)) isotherm.stop();
  // What they still send must meet the test's server.
  await settle();
  Reflect.deleteProperty(document, "hidden");
  document.body.innerHTML = "";
  document.title = "";
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
}

/** Something that a visitor did, and not a script. */
export function trusted<E extends Event>(event: E): E {
  Object.defineProperty(event, "isTrusted", { value: true });
  return event;
}

/** Pressed links lead nowhere. */
export function stayOnPage(): void {
  const { happyDOM } = window as unknown as {
    happyDOM: { settings: { navigation: object } };
  };
  Object.assign(happyDOM.settings.navigation, { disableMainFrameNavigation: true, disableFallbackToSetURL: true });
}
