import { anchors } from "../anchor.js";
import type { Capture } from "../capture.js";
import { eventElement } from "../event-element.js";
import { ignored } from "../ignored.js";

const field = "input:not([type=button],[type=submit],[type=reset],[type=image]),select,textarea,[contenteditable]";

/** Records which fields are entered, changed and left, and which forms are sent; never a value or its length. */
export function forms(): Capture {
  return (emit, { activity, listen }) => {
    for (const act of ["focus", "blur", "change", "submit"] as const)
      listen(window, act, (event) => {
        const element = eventElement(event);
        if (!event.isTrusted || !element?.matches(act === "submit" ? "form" : field) || ignored(element)) return;
        emit({ type: "input", el: anchors(element), act }, activity());
      });
    return () => {};
  };
}
