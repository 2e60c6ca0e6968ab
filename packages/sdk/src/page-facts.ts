import type { Page } from "@isotherm/protocol";

/** The size of the viewport, which must not change within a batch. */
export function readViewport(): Pick<Page, "vw" | "vh" | "dpr"> {
  return { vw: innerWidth, vh: innerHeight, dpr: devicePixelRatio };
}

/** What a page view says all along. */
export function readDevice(): Pick<Page, "sw" | "sh" | "touch" | "webdriver"> {
  return {
    sw: screen.width,
    sh: screen.height,
    touch: navigator.maxTouchPoints > 0,
    webdriver: navigator.webdriver,
  };
}
