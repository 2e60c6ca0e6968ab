import type { Capture, PageView } from "../capture.js";

/**
 * Records a share of the visits, above 0 and up to 1: whole sessions where `persist()` comes before it in `use`, page
 * views otherwise. Batches carry the rate, so that totals can be estimated.
 */
export function sample(rate: number): Capture {
  return (_emit, context) => {
    const { fail, identity, page } = context;
    if (typeof rate !== "number" || !(rate > 0 && rate <= 1)) {
      fail("options_invalid", "sample: give a share above 0, up to 1");
      return () => {};
    }
    const drawn = new WeakMap<PageView, boolean>();
    identity.rate = rate;
    const draw = (): boolean => {
      const { session } = context.identity;
      // The end of an id is random, and the same for every page view of the session.
      return (session ? Number.parseInt(session.slice(-8), 16) / 2 ** 32 : Math.random()) >= rate;
    };
    const skips = (view: PageView): boolean => {
      const skipped = drawn.get(view) ?? draw();
      drawn.set(view, skipped);
      return skipped;
    };
    context.skips = skips;
    // The page view began before it was asked about.
    const view = page();
    if (view && skips(view)) context.open = undefined;
    return () => {
      delete context.skips;
    };
  };
}
