import type { Context } from "../capture.js";

/** When a press counts as dead. */
export interface DeadOptions {
  /** Milliseconds without a sign of life. @default 2500 */
  readonly after?: number;
  /** Selector of elements that are never dead. @default media, canvas, text fields, pickers, downloads, other windows */
  readonly exempt?: string;
}

/** Watches presses for signs of life. */
export interface DeadWatch {
  /** The pointer went down: what changes from here on answers it, as a menu does that opens before the click. */
  down(element: Element): void;
  /** The press was completed; `dead` is called unless something comes of it. */
  press(element: Element, event: MouseEvent, dead: () => void): void;
}

const interactive =
  "a[href],button,summary,[onclick],[role=button],[role=link],[role=tab],[role=menuitem],[role=switch],[role=checkbox]," +
  "input:is([type=button],[type=submit],[type=reset],[type=image])";
const usuallyExempt =
  "audio,video,canvas,embed,object,iframe,select,option,label,textarea,[contenteditable],[popovertarget],[commandfor]," +
  "[download],[target],input:not([type=button],[type=submit],[type=reset],[type=image])";

const everything = { subtree: true, childList: true, attributes: true, characterData: true };

/** A link that the browser follows: it may take longer than any verdict. */
function leaves(element: Element, { defaultPrevented }: Event): boolean {
  const { href } = element.closest<HTMLAnchorElement>("a[href]") ?? location;
  return !defaultPrevented && href.split("#")[0] !== location.href.split("#")[0];
}

export function watchDead(context: Context, { after = 2_500, exempt = usuallyExempt }: DeadOptions): DeadWatch {
  const { guard, listen } = context;
  let waiting: { readonly at: number }[] = [];
  let wentDown = 0;
  let lived = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const sign = (within: number): void => {
    waiting = waiting.filter(({ at }) => Date.now() - at > within);
  };
  const life = (): void => {
    lived = Date.now();
    sign(after);
  };
  const observer = new MutationObserver(life);

  const watch = (element: Element): void => {
    observer.observe(document, everything);
    // A change inside a shadow root is not seen from outside.
    observer.observe(element.getRootNode(), everything);
    if (element.shadowRoot) observer.observe(element.shadowRoot, everything);
    clearTimeout(rest);
    rest = setTimeout(() => observer.disconnect(), after + 100);
  };

  for (const type of ["change", "input", "toggle", "submit", "pagehide"]) listen(window, type, life);
  // A press on a button focuses it before the click, and may clear a selection: that is no answer yet.
  for (const type of ["focusin", "focusout", "blur", "visibilitychange"]) listen(window, type, () => sign(1_000));
  for (const type of ["scroll", "selectionchange"]) listen(window, type, () => sign(100));

  return {
    down(element) {
      wentDown = Date.now();
      watch(element);
    },
    press(element, event, dead) {
      const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      const answered = !!event.detail && lived >= wentDown;
      if (modified || answered || element.closest(exempt)) return;
      if (!element.closest(interactive) && getComputedStyle(element).cursor !== "pointer") return;
      const press = { at: Date.now() };
      waiting.push(press);
      watch(element);
      setTimeout(
        guard(() => {
          if (waiting.includes(press) && !leaves(element, event)) dead();
          waiting = waiting.filter((one) => one !== press);
        }),
        after,
      );
    },
  };
}
