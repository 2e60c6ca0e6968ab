import type { Context } from "../capture.js";
import { eventElement } from "../event-element.js";

/** When a press counts as dead. */
export interface DeadOptions {
  /** Milliseconds without a sign of life. @default 2500 */
  readonly after?: number;
  /** Selector of elements that are never dead. @default media, canvas, text fields, pickers, downloads, other windows */
  readonly exempt?: string;
}

/** Watches presses for signs of life. */
export type DeadWatch = [
  /** The press was completed; `dead` is called unless something comes of it. */
  press: (element: Element, event: MouseEvent, dead: () => void) => void,
  /** No verdict follows. */
  stop: () => void,
];

const interactive = "a[href],button,input,summary,[onclick],[role=button],[role=link],[role=tab],[role^=menuitem]";
const usuallyExempt =
  "audio,video,canvas,select,label,textarea,[contenteditable],[popovertarget],[download],[target]," +
  "input:not([type=button],[type=submit])";
// A link that the browser follows may take longer than any verdict.
const leaving = 'a[href]:not([href^="#"],[href^=javascript])';

type Timer = ReturnType<typeof setTimeout>;

export function watchDead(
  { guard, listen }: Context,
  { after = 2_500, exempt = usuallyExempt }: DeadOptions,
): DeadWatch {
  /** Verdicts to come, and when their presses were. */
  const waiting = new Map<Timer, number>();
  let answered: boolean;

  /** Something happened: it answers the presses of the last so many milliseconds. */
  const live = (within: number): void => {
    for (const [verdict, at] of waiting)
      if (Date.now() - at <= within) {
        clearTimeout(verdict);
        waiting.delete(verdict);
      }
  };
  const stop = (): void => {
    observer.disconnect();
    live(after);
  };
  const observer = new MutationObserver(() => {
    answered = true;
    // One change answers all that wait. Until the next press, the page changes for free.
    stop();
  });
  const watch = (element: Element): void => {
    // A change inside a shadow root is not seen from outside.
    for (const root of [document, element.getRootNode(), element.shadowRoot])
      if (root) observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  };

  listen(window, "pointerdown", (event) => {
    // What changes from here on answers the press, as a menu does that opens before the click.
    answered = false;
    const element = eventElement(event);
    if (element) watch(element);
  });
  for (const [types, within] of [
    ["change,toggle,submit", after],
    // A press on a button focuses it before the click, and may clear a selection: that is no answer yet.
    ["focus,blur,visibilitychange", 1_000],
    ["scroll,selectionchange", 100],
  ] as const)
    for (const type of types.split(",")) listen(window, type, () => live(within));

  return [
    (element, event, dead) => {
      if (
        (event.detail && answered) ||
        event.ctrlKey ||
        event.metaKey ||
        event.shiftKey ||
        event.altKey ||
        element.closest(exempt) ||
        (!element.closest(interactive) && getComputedStyle(element).cursor !== "pointer")
      )
        return;
      watch(element);
      const judge = (): void => {
        waiting.delete(verdict);
        if (event.defaultPrevented || !element.closest(leaving)) dead();
      };
      const verdict = setTimeout(guard(judge), after);
      waiting.set(verdict, Date.now());
    },
    stop,
  ];
}
