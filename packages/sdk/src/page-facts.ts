import { limits, type Page } from "@isotherm/protocol";
import type { PageView } from "./capture.js";

/** The size of the viewport, which must not change within a batch. */
export function readViewport(): Pick<Page, "vw" | "vh" | "dpr"> {
  return { vw: innerWidth, vh: innerHeight, dpr: devicePixelRatio };
}

/** What is true of a page view at the moment of a freeze; title and heights change until then. */
export function readFacts(view: PageView): PageView {
  const { scrollWidth, scrollHeight } = document.documentElement;
  return {
    dw: scrollWidth,
    dh: scrollHeight,
    sw: screen.width,
    sh: screen.height,
    lang: navigator.language,
    tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
    touch: navigator.maxTouchPoints > 0,
    webdriver: navigator.webdriver,
    ...view,
    title: (view.title ?? document.title).slice(0, limits.title),
  };
}
