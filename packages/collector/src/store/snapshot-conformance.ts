import { gzipSync } from "node:zlib";
import { fixtureTime } from "@isotherm/protocol/fixtures";
import { expect, test } from "vitest";
import type { NewSnapshot, SnapshotBounds, SnapshotsQuery } from "./page-snapshots.js";
import type { Site } from "./sites.js";
import type { Store } from "./store.js";

/** Tests what a store promises of page snapshots; `start` gives an empty one that has this site. */
export function snapshotConformance(
  start: () => Promise<{ readonly store: Store; readonly reopen: () => Promise<Store> }>,
  site: Site,
): void {
  const picture = (overrides: Partial<NewSnapshot> = {}): NewSnapshot => ({
    ...{ site: "shop", ref: "ref-1", page: "/pricing", bucket: 1280, layout: "l1", at: fixtureTime, view: "view-1" },
    ...{ origin: "https://shop.example", vw: 1_300, vh: 720, dw: 1_300, dh: 4_200 },
    ...overrides,
  });
  const tree = (text: string): Uint8Array => gzipSync(JSON.stringify({ type: 3, id: 1, textContent: text }));
  const room: SnapshotBounds = { count: 9, bytes: 1_000_000, since: 0 };
  const all = { site: "shop", page: null, bucket: null };
  const refsOf = async (store: Store, query: SnapshotsQuery = all): Promise<readonly string[]> =>
    (await store.queries.snapshots(query)).snapshots.map(({ ref }) => ref);

  test("keeps a snapshot whole, and lists it without its tree", async () => {
    const { store, reopen } = await start();
    const packed = tree("A price of 5 €");
    const bytes = packed.length;
    await store.putSnapshot(picture(), room, packed);
    const again = await reopen();
    const { site: _site, view: _view, ...entry } = picture();
    expect(await again.queries.snapshots(all)).toEqual({ snapshots: [{ ...entry, bytes }] });
    expect(await again.queries.snapshot({ site: "shop", ref: "ref-1" })).toEqual({
      snapshot: { ...entry, bytes },
      tree: { type: 3, id: 1, textContent: "A price of 5 €" },
    });
    expect(await again.heldSnapshots()).toEqual([
      { site: "shop", page: "/pricing", bucket: 1280, layout: "l1", at: fixtureTime },
    ]);
  });

  test("keeps one snapshot for each page, width class and layout, the newest", async () => {
    const { store } = await start();
    await store.putSnapshot(picture(), room, tree("old"));
    await store.putSnapshot(picture({ ref: "ref-2", at: fixtureTime + 1 }), room, tree("new"));
    await store.putSnapshot(picture({ ref: "ref-3", layout: "l2", at: fixtureTime + 2 }), room, tree("layout"));
    await store.putSnapshot(picture({ ref: "ref-4", bucket: 480, at: fixtureTime + 3 }), room, tree("width"));
    await store.putSnapshot(picture({ ref: "ref-5", page: "/", at: fixtureTime + 4 }), room, tree("page"));
    expect(await refsOf(store)).toEqual(["ref-5", "ref-4", "ref-3", "ref-2"]);
    expect(await refsOf(store, { site: "shop", page: "/pricing", bucket: 1280 })).toEqual(["ref-3", "ref-2"]);
  });

  test("keeps a site's snapshots within its bounds, and lets go of the oldest", async () => {
    const { store } = await start();
    await store.putSite({ ...site, id: "blog", name: "Blog" });
    await store.putSnapshot(picture({ site: "blog", at: 1 }), room, tree("another site's"));
    const put = (n: number, bounds: Partial<SnapshotBounds>): Promise<void> =>
      store.putSnapshot(
        picture({ ref: `ref-${n}`, page: `/${n}`, at: fixtureTime + n }),
        { ...room, ...bounds },
        tree(`page ${n}`),
      );
    for (const n of [1, 2, 3, 4]) await put(n, {});
    await put(5, { count: 3 });
    expect(await refsOf(store)).toEqual(["ref-5", "ref-4", "ref-3"]);
    await put(6, { bytes: 2 * tree("page 6").length });
    expect(await refsOf(store)).toEqual(["ref-6", "ref-5"]);
    await put(7, { since: fixtureTime + 6 });
    expect(await refsOf(store)).toEqual(["ref-7", "ref-6"]);
    expect(await refsOf(store, { ...all, site: "blog" })).toEqual(["ref-1"]);
  });

  test("knows no snapshot of another site, and takes none of a site that is not there", async () => {
    const { store } = await start();
    await store.putSite({ ...site, id: "blog", name: "Blog" });
    await store.putSnapshot(picture(), room, tree("shop's"));
    await expect(store.queries.snapshot({ site: "blog", ref: "ref-1" })).rejects.toMatchObject({
      code: "snapshot_unknown",
    });
    await expect(store.putSnapshot(picture({ site: "nobody" }), room, tree(""))).rejects.toMatchObject({
      code: "site_unknown",
    });
  });
}
