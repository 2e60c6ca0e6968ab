import { holder } from "./holder.js";

/** The nearest element that a selector matches, from this one up; also across shadow roots and frames. */
export function closest(element: Element, selector: string): Element | null {
  let found: Element | null = null;
  for (let at: Element | null | undefined = element; at && !found; at = holder(at)) found = at.closest(selector);
  return found;
}
