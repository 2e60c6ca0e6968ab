import { limits, type Page } from "@isotherm/protocol";
import type { PageView } from "./capture.js";

/** The size of the viewport, which must not change within a batch. */
export interface Viewport {
  readonly vw: number;
  readonly vh: number;
  readonly dpr: number;
}

export function readViewport(): Viewport {
  return { vw: innerWidth, vh: innerHeight, dpr: devicePixelRatio };
}

/** What is true of a page view at the moment of a freeze; title and heights change until then. */
export function readFacts({ id, url, referrer, nav, title, facts }: PageView, viewport: Viewport): Page {
  const root = document.scrollingElement ?? document.documentElement;
  return (
    facts ?? {
      id,
      url,
      ...(referrer ? { referrer } : {}),
      title: (title ?? document.title).slice(0, limits.title),
      nav,
      ...viewport,
      dw: root.scrollWidth,
      dh: root.scrollHeight,
      sw: screen.width,
      sh: screen.height,
      lang: navigator.language,
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
      touch: navigator.maxTouchPoints > 0,
      webdriver: !!navigator.webdriver,
    }
  );
}
