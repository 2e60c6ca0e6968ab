import { anchors } from "../anchor.js";
import type { Capture, PageView, Press } from "../capture.js";
import { eventElement } from "../event-element.js";
import { ignored } from "../ignored.js";
import type { Frames } from "../press/frames.js";
import { pressPosition } from "../press/position.js";

/** What is recorded of presses. */
export interface ClickOptions {
  /** An element's text travels as it is, not as a hash. @default false */
  readonly text?: boolean;
  /** `sameOriginFrames` records presses in the site's own frames as well. @default none */
  readonly frames?: Frames;
}

/** Records presses of pointer and keyboard, with the element and the place in it. */
export function clicks({ text, frames }: ClickOptions = {}): Capture {
  return (emit, context) => {
    const { activity, guard, listen } = context;
    let view: PageView | undefined;
    let n = 0;
    let before: MouseEvent | undefined;

    const onPress = (event: MouseEvent): void => {
      const { button, detail, isTrusted, target, timeStamp } = event;
      const element = eventElement(event);
      // A press on a label clicks its control as well: one press, two events of one time.
      const echo = before?.timeStamp === timeStamp && before.target !== target;
      before = event;
      // What a script clicks is not the visitor's press.
      if (!isTrusted || echo || !element || ignored(element)) return;
      const current = activity();
      if (view !== current) n = 0;
      view = current;
      const kb = !button && !detail;
      const click: Press["click"] = {
        type: "click",
        n: n++,
        ...pressPosition(element, event, kb, text),
        el: anchors(element, text),
        kb: kb || undefined,
        btn: button || undefined,
      };
      emit(click);
      // Each by itself: what one of them throws is not the others' fault.
      for (const told of context.presses ?? []) guard(told)({ event, element, click, view });
    };

    const stops = ["click", "auxclick"].map((type) => {
      listen(window, type, onPress);
      return frames?.(context, type, onPress);
    });
    return () => {
      for (const stop of stops) stop?.();
    };
  };
}
