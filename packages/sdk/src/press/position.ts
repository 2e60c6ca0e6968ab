import { type ClickEvent, limits } from "@isotherm/protocol";
import { anchors } from "../anchor.js";
import { holder } from "../holder.js";

type Position = Pick<ClickEvent, "x" | "y" | "ex" | "ey"> & {
  readonly [field in "fixed" | "box"]: ClickEvent[field] | undefined;
};

// In 1/32768, rounded down, so that a place on the edge between two cells of any power of two is in the one that it begins.
const share = (offset: number, length: number): number =>
  Math.min(limits.fraction, Math.max(0, (offset / length) * (limits.fraction + 1))) | 0;

/** Where a press was: in its element's box, in the document, and in what scrolls around it. By the keyboard it is the centre. */
export function pressPosition(element: Element, event: MouseEvent, kb: boolean, verbatim?: boolean): Position {
  const own = element.getBoundingClientRect();
  const across = kb ? own.width / 2 : event.clientX - own.left;
  const down = kb ? own.height / 2 : event.clientY - own.top;
  let [x, y] = [own.left + across, own.top + down];
  let fixed: true | undefined;
  let box: ClickEvent["box"];
  for (let at: Element | null | undefined = element, inner = element; at; ) {
    // Each of these costs about a microsecond: what does not matter is not read.
    const style = getComputedStyle(at);
    const { position, overflowY } = style;
    if (at.ownerDocument !== inner.ownerDocument) {
      // Out of a frame: what is fixed in it moves with it, and its own pixels begin inside its border.
      const frame = at.getBoundingClientRect();
      fixed = undefined;
      x += frame.left + at.clientLeft;
      y += frame.top + at.clientTop;
    }
    if (position === "sticky") {
      // It keeps its place while it is at its edge.
      const { top, bottom } = at.getBoundingClientRect();
      const off = [top - Number.parseFloat(style.top), innerHeight - bottom - Number.parseFloat(style.bottom)];
      if (off.some((px) => Math.abs(px) < 1)) fixed = true;
    }
    if (position === "fixed") fixed = true;
    // What a document scrolls by itself is its frame's content.
    const own = at === at.ownerDocument.scrollingElement;
    if (!box && (own ? at.ownerDocument !== document : overflowY !== "visible")) {
      const { scrollTop, scrollLeft, scrollHeight, clientHeight } = at;
      // By itself, or by a script, as a carousel is.
      if (scrollTop || scrollLeft || (scrollHeight > clientHeight && /auto|scroll/.test(overflowY)))
        box = { el: anchors(at, verbatim), x: Math.round(scrollLeft), y: Math.round(scrollTop) };
    }
    inner = at;
    at = at.assignedSlot ?? at.parentElement ?? holder(at);
  }
  return {
    x: Math.round(x + (fixed ? 0 : scrollX)),
    y: Math.round(y + (fixed ? 0 : scrollY)),
    ex: share(across, own.width),
    ey: share(down, own.height),
    fixed,
    box,
  };
}
