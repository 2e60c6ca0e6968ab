import type { ClickEvent } from "@isotherm/protocol";
import { anchors } from "../anchor.js";

type Position = Pick<ClickEvent, "x" | "y" | "ex" | "ey"> & {
  readonly [field in "fixed" | "box"]: ClickEvent[field] | undefined;
};

// In 1/32768, rounded down, so that a place on the edge between two cells of any power of two is in the one that it begins.
const share = (offset: number, length: number): number =>
  Math.floor(Math.min(32_767, Math.max(0, (offset / length) * 32_768 || 0)));

/** Whether an element keeps its place in the viewport now: fixed, or sticky and at its edge. */
function pinned(element: Element, style: CSSStyleDeclaration): boolean {
  if (style.position !== "sticky") return style.position === "fixed";
  const { top, bottom } = element.getBoundingClientRect();
  const near = (edge: number, stuckAt: string): boolean => Math.abs(edge - Number.parseFloat(stuckAt)) < 1;
  return near(top, style.top) || near(innerHeight - bottom, style.bottom);
}

/** Whether an element scrolls by itself, or is scrolled by a script, as a carousel is. */
function scrolls(element: Element, { overflow }: CSSStyleDeclaration): boolean {
  if (overflow === "visible" || element === document.scrollingElement) return false;
  const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight, clientWidth } = element;
  const more = scrollHeight > clientHeight || scrollWidth > clientWidth;
  return more && (/auto|scroll/.test(overflow) || !!scrollTop || !!scrollLeft);
}

/** Where a press was: in its element's box, in the document, and in what scrolls around it. By the keyboard it is the centre. */
export function pressPosition(
  element: Element,
  { clientX, clientY }: MouseEvent,
  kb: boolean,
  verbatim: boolean,
): Position {
  const { left, top, width, height } = element.getBoundingClientRect();
  const x = kb ? left + width / 2 : clientX;
  const y = kb ? top + height / 2 : clientY;
  let fixed = false;
  let box: Element | undefined;
  for (
    let at: Element | undefined = element;
    at;
    at = at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host
  ) {
    const style = getComputedStyle(at);
    fixed ||= pinned(at, style);
    if (!box && scrolls(at, style)) box = at;
  }
  return {
    x: Math.round(fixed ? x : x + scrollX),
    y: Math.round(fixed ? y : y + scrollY),
    ex: share(x - left, width),
    ey: share(y - top, height),
    fixed: fixed || undefined,
    box: box && { el: anchors(box, verbatim), x: Math.round(box.scrollLeft), y: Math.round(box.scrollTop) },
  };
}
