import { expect, test } from "vitest";
import { viewRef } from "../../../src/store/derive/view-ref.js";

const hour = 3_600_000;

/** An id as the SDK makes it at this time. */
function idAt(ms: number, tail = "7abc-8def-0123456789ab"): string {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail}`;
}

test("a page view's number depends on its tab and its id, and on nothing else", () => {
  const id = idAt(Date.UTC(2026, 10, 21));
  expect(viewRef("tab", id)).toBe(viewRef("tab", id));
  expect(viewRef("other", id)).not.toBe(viewRef("tab", id));
  expect(viewRef("tab", idAt(Date.UTC(2026, 10, 21), "7abc-8def-0123456789ac"))).not.toBe(viewRef("tab", id));
});

test("numbers are exact, and those of ids that were born later are larger", () => {
  let last = -1;
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2036, 0, 1); at += 38 * hour) {
    const ref = viewRef(`tab ${at}`, idAt(at));
    expect(Number.isSafeInteger(ref)).toBe(true);
    expect(ref).toBeGreaterThan(last);
    last = ref;
  }
});

test("ids that do not tell when they were born have numbers of their own, too", () => {
  const refs = Array.from({ length: 1_000 }, (_, n) => viewRef("tab", `view ${n}`));
  expect(new Set(refs).size).toBe(refs.length);
  expect(refs.every((ref) => Number.isSafeInteger(ref) && ref >= 0)).toBe(true);
  // They are spread over all that there are.
  expect(Math.max(...refs)).toBeGreaterThan(2 ** 51);
});
