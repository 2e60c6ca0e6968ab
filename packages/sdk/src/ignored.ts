import { holder } from "./holder.js";

/** Whether `data-iso-ignore` keeps an element, or what it stands in, out of every capture; also across shadow roots and frames. */
export function ignored(element: Element): boolean {
  for (let at: Element | null | undefined = element; at; at = holder(at))
    if (at.closest("[data-iso-ignore]")) return true;
  return false;
}
