import type { ClickEvent, DeadEvent, Event } from "@isotherm/protocol";
import type { Chance } from "./chance.js";
import type { DemoElement, DemoSize } from "./layout.js";
import { type Point, press, pressPoint, scroll, trail } from "./pointer.js";

/** What somebody does on one page. */
export interface PageStay {
  /** How long they stay, in ms. */
  readonly dwell: number;
  /** What they press to go on; undefined when they leave otherwise. */
  readonly leaveBy: DemoElement | undefined;
  /** They ask for a trial in the form. */
  readonly converts: boolean;
  readonly touch: boolean;
  /** Origin of the site. */
  readonly origin: string;
}

/** What came of it. */
export interface PageActions {
  /** In the order of their times. */
  readonly events: readonly Event[];
  /** When the last activity was, in ms since the page view began. */
  readonly lastActivity: number;
}

/** The price of a season's sixty berths, which the form starts with. */
const goal = { name: "trial", value: 540, currency: "EUR" } as const;

/** The events of a stay: the page, scrolling, pointer trails, and presses of its real elements. */
export function pageActions(dice: Chance, size: DemoSize, stay: PageStay): PageActions {
  const { dwell, touch, origin, leaveBy } = stay;
  const { vh, vw, dh } = size;
  const presses = chosen(dice, size, stay);
  const furthest = Math.max(0, ...presses.map(({ fixed, box }) => (fixed ? 0 : box[1] + box[3] - vh * 0.7)));
  const target = Math.round(Math.min(dh - vh, Math.max(furthest, reach(dice, dh - vh))));
  const events: Event[] = [{ type: "page", t: 0 }];
  const scrolled = target > 0 ? scroll(dice, { y: 0, target, from: 900, until: dwell * 0.8 }) : undefined;
  const max = Math.min(1_000, Math.round(((target + vh) / dh) * 1_000));
  events.push(scrolled === undefined ? { type: "scroll", t: dwell, path: [0], max } : { ...scrolled, max });

  let pointer: Point = { x: dice.whole(0, vw - 1), y: dice.whole(0, vh - 1) };
  let lastActivity = 0;
  let n = 0;
  presses.forEach((element, index) => {
    const last = index === presses.length - 1;
    const t = last && leaveBy !== undefined ? dwell : Math.round((dwell * (index + 1)) / (presses.length + 1));
    const point = pressPoint(dice, element);
    const shift = element.fixed === undefined ? 0 : target;
    if (!touch) events.push(trail(dice, pointer, { x: point.x, y: point.y + shift }, t - 40));
    pointer = { x: point.x, y: point.y + shift };
    const made = pressed(dice, element, point, n, t, origin);
    events.push(...made);
    n += made.filter((event) => event.type === "click").length;
    lastActivity = Math.max(lastActivity, ...made.filter((event) => event.type === "click").map((event) => event.t));
  });
  if (stay.converts) {
    events.push({ type: "goal", t: lastActivity + 20, ...goal });
    lastActivity += 20;
  }
  if (!touch && presses.length === 0) {
    const end = { x: dice.whole(0, vw - 1), y: target + dice.whole(0, vh - 1) };
    events.push(trail(dice, pointer, end, dice.whole(1_500, Math.max(1_500, dwell))));
  }
  return { events: events.sort((a, b) => a.t - b.t), lastActivity };
}

/** What is pressed, in order: some of what the page offers, what converts, and what leads on. */
function chosen(dice: Chance, { elements, dh }: DemoSize, { leaveBy, converts }: PageStay): DemoElement[] {
  const here = elements.filter(({ to, role }) => role !== "submit" && (to === undefined || to.startsWith("#")));
  const presses: DemoElement[] = [];
  const wishes = dice.weighted([0, 1, 2, 3], (count) => [58, 26, 11, 5][count] ?? 0);
  for (let i = 0; i < wishes && here.length > 0; i++) {
    presses.push(dice.weighted(here, (one) => appeal[one.role] * nearness(one, dh)));
  }
  const submit = elements.find(({ role }) => role === "submit");
  if (converts && submit !== undefined) presses.push(submit);
  if (leaveBy !== undefined) presses.push(leaveBy);
  return presses;
}

/** What stands further up is seen, and pressed, by more: 1 at the top, a quarter at the end. */
export function nearness({ box, fixed }: DemoElement, dh: number): number {
  return fixed ? 1 : 1 / (1 + (3 * box[1]) / dh);
}

const appeal = { link: 8, button: 6, summary: 4, field: 4, copy: 5, submit: 0, still: 0.5 } as const;

/** One press, or a few: what does nothing is dead, and some press it again and again. */
function pressed(
  dice: Chance,
  element: DemoElement,
  point: Point,
  n: number,
  t: number,
  origin: string,
): (ClickEvent | DeadEvent)[] {
  const first = press(element, point, n, t, origin);
  if (element.role !== "still") return [first];
  if (!dice.yes(0.16)) return [first, { type: "dead", t: t + 2_500, of: n }];
  const again = [1, 2].map((i) => ({
    ...press(element, point, n + i, t + i * 280, origin),
    ...(i === 2 ? { rage: true } : {}),
  }));
  return [first, ...again, ...[0, 1, 2].map((i): DeadEvent => ({ type: "dead", t: t + 2_500 + i * 280, of: n + i }))];
}

/** How far somebody scrolls of their own accord: many hardly, some to the end. */
function reach(dice: Chance, room: number): number {
  if (room <= 0) return 0;
  return (
    room *
    dice.weighted([0, dice.number() * 0.4, dice.number(), 1], (share) =>
      share === 0 ? 0.2 : share === 1 ? 0.16 : 0.32,
    )
  );
}
