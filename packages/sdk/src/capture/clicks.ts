import { anchors } from "../anchor.js";
import type { Capture, PageView } from "../capture.js";
import { eventElement } from "../event-element.js";
import { ignored } from "../ignored.js";
import { type DeadOptions, watchDead } from "../press/dead.js";
import { pressedLink } from "../press/link.js";
import { pressPosition } from "../press/position.js";
import { type RageOptions, rageRow } from "../press/rage.js";
import { trackedPress } from "../press/tracked.js";

/** What is recorded of presses. */
export interface ClickOptions {
  /** Presses in a row at one place; false leaves them out. @default as RageOptions says */
  readonly rage?: RageOptions | false;
  /** Presses that nothing comes of; false leaves them out. @default as DeadOptions says */
  readonly dead?: DeadOptions | false;
  /** An element's text travels as it is, not as a hash. @default false */
  readonly text?: boolean;
}

/** Records presses of pointer and keyboard, with the element, the place in it, and what became of them. */
export function clicks({ rage = {}, dead = {}, text = false }: ClickOptions = {}): Capture {
  return (emit, context) => {
    const { activity, listen, page, track } = context;
    const row = rage && rageRow(rage);
    const watch = dead && watchDead(context, dead);
    let view: PageView | undefined;
    let n = 0;
    let pressed: MouseEvent | undefined;

    const onPress = (event: MouseEvent): void => {
      const element = eventElement(event);
      // What a script clicks is not the visitor's press.
      if (!event.isTrusted || !element || ignored(element)) return;
      // A press on a label clicks its control as well: one press, two events of one time.
      const echo = pressed?.timeStamp === event.timeStamp && pressed.target !== event.target;
      pressed = event;
      if (echo) return;
      const current = activity();
      if (view !== current) n = 0;
      view = current;
      const of = n++;
      const { button, clientX, clientY, detail } = event;
      const kb = !button && !detail;
      const place = kb ? [] : [clientX, clientY];
      emit({
        type: "click",
        n: of,
        ...pressPosition(element, text, place[0], place[1]),
        el: anchors(element, text),
        ...(kb ? { kb } : {}),
        ...(row && !kb && !button && row(element, clientX, clientY, Date.now()) ? { rage: true } : {}),
        ...(button ? { btn: button } : {}),
        ...(button < 2 ? pressedLink(element) : {}),
      });
      if (button) return;
      const tracked = trackedPress(element);
      if (tracked) track(tracked.name, tracked.props);
      if (watch) watch.press(element, event, () => page() === current && emit({ type: "dead", of }));
    };

    listen<MouseEvent>(window, "click", onPress);
    listen<MouseEvent>(window, "auxclick", onPress);
    if (watch)
      listen<PointerEvent>(window, "pointerdown", (event) => {
        const element = eventElement(event);
        if (element) watch.down(element);
      });
    return () => {};
  };
}
