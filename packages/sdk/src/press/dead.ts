import type { Context } from "../capture.js";

/** When a press counts as dead. */
export interface DeadOptions {
  /** Milliseconds without a sign of life. @default 2500 */
  readonly after?: number;
  /** Selector of elements that are never dead. @default media, canvas, text fields, pickers, downloads, other windows */
  readonly exempt?: string;
}

/** Watches presses for signs of life. */
export type DeadWatch = [
  /** The pointer went down: what changes from here on answers it, as a menu does that opens before the click. */
  down: (element: Element) => void,
  /** The press was completed; `dead` is called unless something comes of it. */
  press: (element: Element, event: MouseEvent, dead: () => void) => void,
];

const interactive =
  "a[href],button,summary,[onclick],[role=button],[role=link],[role=tab],[role^=menuitem],[type=submit]";
const usuallyExempt =
  "audio,video,canvas,iframe,select,option,label,textarea,[contenteditable],[popovertarget],[download],[target]," +
  "input:not([type=button],[type=submit])";

/** A link that the browser follows: it may take longer than any verdict. */
function leaves(element: Element, { defaultPrevented }: Event): boolean {
  const { href } = element.closest<HTMLAnchorElement>("a[href]") ?? location;
  return !defaultPrevented && `${href}`.split("#")[0] !== location.href.split("#")[0];
}

export function watchDead(
  { guard, listen }: Context,
  { after = 2_500, exempt = usuallyExempt }: DeadOptions,
): DeadWatch {
  let waiting: number[] = [];
  let wentDown = 0;
  let changed = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const sign = (within: number): void => {
    waiting = waiting.filter((at) => Date.now() - at > within);
  };
  const change = (): void => {
    changed = Date.now();
    waiting = [];
  };
  const observer = new MutationObserver(change);

  const watch = (element: Element): void => {
    // A change inside a shadow root is not seen from outside.
    for (const root of [document, element.getRootNode(), element.shadowRoot])
      if (root) observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    clearTimeout(rest);
    rest = setTimeout(() => observer.disconnect(), after + 100);
  };

  for (const type of ["change", "input", "toggle", "submit"]) listen(window, type, change);
  // A press on a button focuses it before the click, and may clear a selection: that is no answer yet.
  for (const type of ["focusin", "focusout", "blur", "visibilitychange"]) listen(window, type, () => sign(1_000));
  for (const type of ["scroll", "selectionchange"]) listen(window, type, () => sign(100));

  return [
    (element) => {
      wentDown = Date.now();
      watch(element);
    },
    (element, event, dead) => {
      const at = Date.now();
      const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      const answered = event.detail && changed >= wentDown;
      if (modified || answered || element.closest(exempt)) return;
      if (!element.closest(interactive) && getComputedStyle(element).cursor !== "pointer") return;
      waiting.push(at);
      watch(element);
      const verdict = (): void => {
        if (waiting.includes(at) && !leaves(element, event)) dead();
        sign(after - 1);
      };
      setTimeout(guard(verdict), after);
    },
  ];
}
