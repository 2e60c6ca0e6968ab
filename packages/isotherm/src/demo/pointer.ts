import type { ClickEvent, MoveEvent, ScrollEvent } from "@isotherm/protocol";
import type { Chance } from "./chance.js";
import type { DemoElement } from "./layout.js";

/** A place on a page, in document pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where somebody presses an element: rather in its middle. */
export function pressPoint(dice: Chance, { box: [left, top, width, height] }: DemoElement): Point {
  const inside = (length: number): number => Math.min(length - 1, Math.max(0, dice.about(length / 2, length / 5)));
  return { x: Math.round(left + inside(width)), y: Math.round(top + inside(height)) };
}

/** The press of an element at a point, `n`th of its page view. */
export function press(element: DemoElement, { x, y }: Point, n: number, t: number, origin: string): ClickEvent {
  const { el, box, fixed, to, file } = element;
  const share = (offset: number, length: number): number =>
    Math.floor(Math.min(32_767, Math.max(0, (offset / length) * 32_768)));
  return {
    type: "click",
    t,
    n,
    x,
    y,
    el,
    ex: share(x - box[0], box[2]),
    ey: share(y - box[1], box[3]),
    ...(fixed === undefined ? {} : { fixed }),
    ...(to?.startsWith("https:") ? { out: to } : {}),
    ...(file === undefined ? {} : { file: origin + file }),
  };
}

/** A trail of the pointer from one point to another, in a slight bow, ending at `until`. */
export function trail(dice: Chance, from: Point, to: Point, until: number): MoveEvent {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const steps = Math.max(2, Math.min(14, Math.round(length / 70)));
  const bow = dice.about(0, 0.12) * length;
  const path = [from.x, from.y];
  let at = from;
  let spent = 0;
  for (let i = 1; i <= steps; i++) {
    const done = (1 - Math.cos((Math.PI * i) / steps)) / 2;
    const aside = Math.sin(Math.PI * done) * bow;
    const next = {
      x: Math.max(0, Math.round(from.x + (to.x - from.x) * done + aside * 0.6)),
      y: Math.max(0, Math.round(from.y + (to.y - from.y) * done + aside)),
    };
    const dt = dice.whole(50, 110);
    path.push(dt, next.x - at.x, next.y - at.y);
    spent += dt;
    at = next;
  }
  return { type: "move", t: Math.max(0, until - spent), path };
}

/** Scrolling from `y` down to `target` in flicks, between two times. */
export function scroll(
  dice: Chance,
  options: { readonly y: number; readonly target: number; readonly from: number; readonly until: number },
): Pick<ScrollEvent, "type" | "t" | "path"> {
  const { y, target, from, until } = options;
  const flicks = Math.max(1, Math.min(24, Math.ceil(Math.abs(target - y) / dice.whole(180, 420))));
  const pause = Math.max(100, Math.floor((until - from) / (flicks + 1)));
  const path = [y];
  let at = y;
  for (let i = 1; i <= flicks; i++) {
    const next = i === flicks ? target : Math.round(y + ((target - y) * i) / flicks);
    path.push(Math.max(100, Math.round(pause * (0.7 + 0.6 * dice.number()))), next - at);
    at = next;
  }
  return { type: "scroll", t: from, path };
}
