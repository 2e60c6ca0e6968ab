import { afterEach, beforeEach, vi } from "vitest";
import { type Capture, clicks, type Isotherm } from "../../src/index.js";
import { begin, restoreBrowser, stayOnPage, trusted } from "./browser.js";
import { type FakeServer, fakeServer } from "./server.js";

export const byId = (id: string): Element => document.getElementById(id) as Element;

let presses = 0;

/** A visitor's press, with the pointer unless `detail` is 0. */
export function press(target: EventTarget, init: MouseEventInit & { type?: string; timeStamp?: number } = {}): void {
  const all = { bubbles: true, composed: true, cancelable: true, clientX: 175, clientY: 250, detail: 1, ...init };
  if (all.detail) target.dispatchEvent(trusted(new PointerEvent("pointerdown", all)));
  const event = trusted(new MouseEvent(init.type ?? "click", all));
  Object.defineProperty(event, "timeStamp", { value: init.timeStamp ?? performance.now() + ++presses / 1_000 });
  target.dispatchEvent(event);
}

/** What adds to presses, together with the presses. */
export const withClicks =
  (addition: Capture): Capture =>
  (emit, context) => {
    const stops = [clicks()(emit, context), addition(emit, context)];
    return () => {
      for (const stop of stops) stop();
    };
  };

/** A page with this capture beside the presses, anew for each test; what it sends comes to `server`. */
export function pressPage(create: () => Capture): { server(): FakeServer; open(html: string): Isotherm } {
  let server: FakeServer;
  beforeEach(() => {
    vi.useFakeTimers();
    stayOnPage();
    server = fakeServer();
  });
  afterEach(restoreBrowser);
  return {
    server: () => server,
    open(html) {
      document.body.innerHTML = html;
      return begin({ use: [create(), clicks()] });
    },
  };
}
