import { limits } from "@isotherm/protocol";
import type { Capture } from "../capture.js";
import { closest } from "../closest.js";
import { onPress } from "../press/on-press.js";

/** Tracks presses of `clicks()` that markup asks for: `data-iso-track="signup" data-iso-track-plan="pro"` tracks `signup` with `plan`. */
export function tracked(): Capture {
  return (emit, context) =>
    onPress(context, ({ event, element, view }) => {
      const marked = closest(element, "[data-iso-track]");
      const name = marked?.getAttribute("data-iso-track")?.slice(0, limits.name);
      if (!marked || !name || event.button) return;
      const props: { [name: string]: string } = {};
      for (const { name, value } of marked.attributes) {
        const [, prop] = name.split("data-iso-track-");
        if (prop) props[prop] = value;
      }
      emit({ type: "custom", name, props }, view);
    });
}
