import type { Capture } from "../../src/index.js";
import { clicks } from "../../src/index.js";
import { trusted } from "./browser.js";

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
