import type { ClickEvent } from "@isotherm/protocol";
import { anchors } from "../anchor.js";

type Position = Pick<ClickEvent, "x" | "y" | "ex" | "ey"> & Partial<Pick<ClickEvent, "fixed" | "box">>;

// In 1/32768, rounded down, so that a place on the edge between two cells of any power of two is in the one that it begins.
const share = (offset: number, length: number): number =>
  Math.floor(Math.min(32_767, Math.max(0, (offset / length) * 32_768 || 0)));

/** Whether an element keeps its place in the viewport now: fixed, or sticky and at its edge. */
function pinned(element: Element, style: CSSStyleDeclaration): boolean {
  if (style.position !== "sticky") return style.position === "fixed";
  const { top, bottom } = element.getBoundingClientRect();
  return (
    Math.abs(top - Number.parseFloat(style.top)) < 1 ||
    Math.abs(innerHeight - bottom - Number.parseFloat(style.bottom)) < 1
  );
}

const scrollable = (element: Element, { overflowX, overflowY }: CSSStyleDeclaration): boolean =>
  element !== document.scrollingElement &&
  ((element.scrollHeight > element.clientHeight && /auto|scroll|hidden/.test(overflowY)) ||
    (element.scrollWidth > element.clientWidth && /auto|scroll|hidden/.test(overflowX))) &&
  (/auto|scroll/.test(overflowX + overflowY) || !!(element.scrollTop || element.scrollLeft));

/** Where a press was: in its element's box, in the document, and in what scrolls around it. `clientX, clientY` absent is the centre. */
export function pressPosition(element: Element, verbatim: boolean, clientX?: number, clientY?: number): Position {
  const { left, top, width, height } = element.getBoundingClientRect();
  const x = clientX ?? left + width / 2;
  const y = clientY ?? top + height / 2;
  let fixed = false;
  let box: Element | undefined;
  for (
    let at: Element | undefined = element;
    at;
    at = at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host
  ) {
    const style = getComputedStyle(at);
    fixed ||= pinned(at, style);
    if (!box && scrollable(at, style)) box = at;
  }
  return {
    x: Math.round(fixed ? x : x + scrollX),
    y: Math.round(fixed ? y : y + scrollY),
    ex: share(x - left, width),
    ey: share(y - top, height),
    ...(fixed ? { fixed } : {}),
    ...(box
      ? { box: { el: anchors(box, verbatim), x: Math.round(box.scrollLeft), y: Math.round(box.scrollTop) } }
      : {}),
  };
}
