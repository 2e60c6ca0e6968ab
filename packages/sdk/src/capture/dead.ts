import type { Capture, Press } from "../capture.js";
import { closest } from "../closest.js";
import { eventElement } from "../event-element.js";
import { onPress } from "../press/on-press.js";

/** When a press counts as dead. */
export interface DeadOptions {
  /** Milliseconds without a sign of life. @default 2500 */
  readonly after?: number;
  /** Selector of elements that are never dead. @default media, canvas, text fields, pickers, downloads, other windows */
  readonly exempt?: string;
}

const interactive = "a[href],button,input,summary,[onclick],[role=button],[role=link],[role=tab],[role^=menuitem]";
const usuallyExempt =
  "audio,video,canvas,select,label,textarea,[contenteditable],[popovertarget],[download],[target]," +
  "input:not([type=button],[type=submit])";
// A link that the browser follows may take longer than any verdict.
const leaving = 'a[href]:not([href^="#"],[href^=javascript])';

type Timer = ReturnType<typeof setTimeout>;

/** Tells, later, which presses of `clicks()` nothing came of. */
export function dead({ after = 2_500, exempt = usuallyExempt }: DeadOptions = {}): Capture {
  return (emit, context) => {
    const { guard, listen, page } = context;
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
    const rest = (): void => {
      observer.disconnect();
      live(after);
    };
    const observer = new MutationObserver(() => {
      answered = true;
      // One change answers all that wait. Until the next press, the page changes for free.
      rest();
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

    const told = ({ event, element, click, view }: Press): void => {
      const { altKey, button, ctrlKey, detail, metaKey, shiftKey } = event;
      if (
        (detail && answered) ||
        button ||
        ctrlKey ||
        metaKey ||
        shiftKey ||
        altKey ||
        closest(element, exempt) ||
        (!closest(element, interactive) && getComputedStyle(element).cursor !== "pointer")
      )
        return;
      watch(element);
      const judge = (): void => {
        waiting.delete(verdict);
        if (page() === view && (event.defaultPrevented || !closest(element, leaving)))
          emit({ type: "dead", of: click.n });
      };
      const verdict = setTimeout(guard(judge), after);
      waiting.set(verdict, Date.now());
    };
    const stop = onPress(context, told);
    return () => {
      stop();
      rest();
    };
  };
}
