import { limits } from "@isotherm/protocol";
import type { Capture, Press } from "../capture.js";
import { closest } from "../closest.js";

/** Tracks presses of `clicks()` that markup asks for: `data-iso-track="signup" data-iso-track-plan="pro"` tracks `signup` with `plan`. */
export function tracked(): Capture {
  return (emit, { presses }) => {
    const told = ({ event, element, view }: Press): void => {
      const marked = closest(element, "[data-iso-track]");
      const name = marked?.getAttribute("data-iso-track")?.slice(0, limits.name);
      if (!marked || !name || event.button) return;
      const props: { [name: string]: string } = {};
      for (const { name, value } of marked.attributes) {
        const [, prop] = name.split("data-iso-track-");
        if (prop) props[prop] = value;
      }
      emit({ type: "custom", name, props }, view);
    };
    presses.add(told);
    return () => presses.delete(told);
  };
}
