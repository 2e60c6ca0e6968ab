import { anchors } from "../anchor.js";
import type { Capture, PageView } from "../capture.js";
import { eventElement } from "../event-element.js";
import { ignored } from "../ignored.js";
import { type DeadOptions, watchDead } from "../press/dead.js";
import type { Frames } from "../press/frames.js";
import { pressedLink } from "../press/link.js";
import { pressPosition } from "../press/position.js";
import { type RageOptions, rageRow } from "../press/rage.js";
import { trackPress } from "../press/tracked.js";

/** What is recorded of presses. */
export interface ClickOptions {
  /** Presses in a row at one place; false leaves them out. @default as RageOptions says */
  readonly rage?: RageOptions | false;
  /** Presses that nothing comes of; false leaves them out. @default as DeadOptions says */
  readonly dead?: DeadOptions | false;
  /** An element's text travels as it is, not as a hash. @default false */
  readonly text?: boolean;
  /** `sameOriginFrames` records presses in the site's own frames as well. @default none */
  readonly frames?: Frames;
}

/** Records presses of pointer and keyboard, with the element, the place in it, and what became of them. */
export function clicks({ rage = {}, dead = {}, text, frames }: ClickOptions = {}): Capture {
  return (emit, context) => {
    const { activity, listen, page } = context;
    const inRow = rage && rageRow(rage);
    const [watch, stopWatch] = (dead && watchDead(context, dead)) || [];
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
      const of = n++;
      const kb = !button && !detail;
      emit({
        type: "click",
        n: of,
        ...pressPosition(element, event, kb, text),
        el: anchors(element, text),
        kb: kb || undefined,
        rage: (inRow && detail && !button && inRow(element, event)) || undefined,
        btn: button || undefined,
        ...(button < 2 && pressedLink(element)),
      });
      if (button) return;
      trackPress(element, emit, current);
      watch?.(element, event, () => page() === current && emit({ type: "dead", of }));
    };

    const stops = ["click", "auxclick"].map((type) => {
      listen(window, type, onPress);
      return frames?.(context, type, onPress);
    });
    return () => {
      stopWatch?.();
      for (const stop of stops) stop?.();
    };
  };
}
