import type { Context } from "../capture.js";

/** Tracks what markup asks for: `data-iso-track="signup" data-iso-track-plan="pro"` tracks `signup` with `plan`. */
export function trackPress(element: Element, track: Context["track"]): void {
  const marked = element.closest("[data-iso-track]");
  if (!marked) return;
  const props: { [name: string]: string } = {};
  for (const { name, value } of marked.attributes) if (/^data-iso-track-./.test(name)) props[name.slice(15)] = value;
  track(`${marked.getAttribute("data-iso-track")}`, props);
}
