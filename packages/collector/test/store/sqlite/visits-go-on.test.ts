import type { SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { dump } from "../dump.js";
import { siteOf } from "../site.js";
import { bench } from "./bench.js";

const midnight = Date.UTC(2026, 10, 20, 23);
const minute = 60_000;
let made = 0;

interface Doing {
  readonly by: string;
  /** Minutes after midnight. */
  readonly at: number;
  readonly on: string;
  readonly does: "page" | "click" | "vital";
  readonly previous?: string;
  readonly agent?: string;
}

function batchOf({ by, at, on, does, previous, agent }: Doing): SealedBatch {
  const time = midnight + at * minute;
  return sealedBatchOf({
    ...{ tab: `tab of ${on}`, seq: made++, at: time },
    page: pageOf({ id: on, url: `https://shop.example/${on}`, referrer: "", title: on }),
    events: [{ ...fixtures[does], t: 0 } as SealedBatch["events"][number]],
    edge: edgeOf({ at: time + 200, visitor: by, ...(previous && { previous }), ...(agent && { ua: agent }) }),
  });
}

/** What happened, in the order of arrival, chunk by chunk. */
const histories: readonly (readonly [name: string, chunks: readonly (readonly Doing[])[]])[] = [
  [
    "a batch in the middle of a visit says whom it began as",
    [
      [{ by: "monday", at: -5, on: "a", does: "page" }],
      [{ by: "tuesday", at: 5, on: "b", does: "page" }],
      [{ by: "tuesday", at: 25, on: "b", does: "click" }],
      [{ by: "tuesday", at: 50, on: "b", does: "click", previous: "monday" }],
    ],
  ],
  [
    "a visit goes on the day after it was linked",
    [
      [{ by: "monday", at: -5, on: "a", does: "page" }],
      [{ by: "tuesday", at: 5, on: "b", does: "page", previous: "monday" }],
      [{ by: "tuesday", at: 600, on: "c", does: "page" }],
      [{ by: "tuesday", at: 601, on: "c", does: "click" }],
      [{ by: "tuesday", at: 602, on: "d", does: "page" }],
    ],
  ],
  [
    "two were linked with a third, of whom nothing had come",
    [
      [{ by: "tuesday", at: 5, on: "b", does: "page", previous: "monday" }],
      [{ by: "tuesday", at: 20, on: "b", does: "click", previous: "monday" }],
      [{ by: "also tuesday", at: 45, on: "c", does: "page", previous: "monday" }],
      [{ by: "monday", at: 6, on: "a", does: "page" }],
    ],
  ],
  [
    "a page between two others comes late",
    [
      [{ by: "ada", at: 0, on: "a", does: "page" }],
      [{ by: "ada", at: 10, on: "c", does: "page" }],
      [{ by: "ada", at: 5, on: "b", does: "page" }],
    ],
  ],
  [
    "what waits for a page view is there before it",
    [
      [{ by: "ada", at: 0, on: "a", does: "page" }],
      [{ by: "ada", at: 3, on: "b", does: "vital" }],
      [{ by: "ada", at: 2, on: "b", does: "page" }],
      [{ by: "ada", at: 4, on: "b", does: "click" }],
    ],
  ],
  [
    "somebody else's visit had taken in what belongs to it",
    [
      [{ by: "ada", at: 0, on: "shared", does: "page" }],
      [{ by: "bob", at: 1, on: "own", does: "page" }],
      [{ by: "bob", at: 3, on: "shared", does: "vital" }],
      [{ by: "bob", at: 4, on: "shared", does: "click" }],
      [{ by: "ada", at: 5, on: "shared", does: "click" }],
    ],
  ],
  [
    "a page view is seen again after a long pause",
    [
      [{ by: "ada", at: 0, on: "a", does: "page" }],
      [{ by: "ada", at: 45, on: "a", does: "click" }],
      [{ by: "ada", at: 46, on: "a", does: "click" }],
      [{ by: "ada", at: 200, on: "a", does: "vital" }],
      [{ by: "ada", at: 20, on: "a", does: "click" }],
    ],
  ],
];

describe("a visit that goes on batch by batch is what it is when all of it comes at once, the last first, where", () => {
  test.each(histories)("%s", (_, chunks) => {
    using one = bench();
    using other = bench();
    const batches = chunks.map((chunk) => chunk.map(batchOf));
    for (const chunk of batches) one.project(chunk);
    other.project(batches.flat().reverse());
    expect(dump(one.read)).toEqual(dump(other.read));
  });
});

test("a visit that goes on in another time zone of its site is of the day that it has there", () => {
  using store = bench();
  store.write.putSite(siteOf({ timeZone: "Europe/Paris" }));
  store.project([batchOf({ by: "ada", at: 5, on: "a", does: "page" })]);
  store.write.putSite(siteOf({ timeZone: "America/New_York" }));
  store.project([batchOf({ by: "ada", at: 6, on: "a", does: "click" })]);
  const connection = store.database.connect("read");
  const rows = connection.all<{ day: number }>("SELECT day FROM sessions");
  connection.close();
  expect(rows).toEqual([{ day: Date.UTC(2026, 10, 20) / 86_400_000 }]);
});
