import { batchOf, envelopeOf, pageOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { repeatsIn } from "./tally.js";

/** A post with a batch of each id, from a page at this path. */
const posted = (path: string, ...ids: readonly string[]): string => {
  const page = pageOf({ url: `https://shop.example${path}?a=1` });
  return JSON.stringify(envelopeOf({ batches: ids.map((id) => batchOf({ id, page })) }));
};

describe("a visitor's repeats", () => {
  test("are batches of their own pages that were posted before, each time", () => {
    const all = [
      posted("/pricing/lost-0", "a", "b"),
      posted("/pricing/lost-0/again", "c"),
      posted("/pricing/lost-0", "a"),
      posted("/pricing/lost-0/again", "a", "c"),
    ];
    expect(repeatsIn(all, "lost-0")).toBe(3);
  });

  test("are none of another visitor's, who posts beside them", () => {
    const all = [posted("/pricing/lost-0", "a"), posted("/pricing/lost-00", "b"), posted("/pricing/lost-00", "b")];
    expect(repeatsIn(all, "lost-0")).toBe(0);
    expect(repeatsIn(all, "lost-00")).toBe(1);
  });
});
