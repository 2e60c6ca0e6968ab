import { limits } from "@isotherm/protocol";
import type { Emit, PageView } from "../capture.js";

/** Tracks what markup asks for: `data-iso-track="signup" data-iso-track-plan="pro"` tracks `signup` with `plan`. */
export function trackPress(element: Element, emit: Emit, view: PageView): void {
  const marked = element.closest("[data-iso-track]");
  const name = marked?.getAttribute("data-iso-track")?.slice(0, limits.name);
  if (!marked || !name) return;
  const props: { [name: string]: string } = {};
  for (const { name, value } of marked.attributes) {
    const [, prop] = name.split("data-iso-track-");
    if (prop) props[prop] = value;
  }
  emit({ type: "custom", name, props }, view);
}
