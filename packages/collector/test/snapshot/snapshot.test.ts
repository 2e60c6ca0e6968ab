import { gzipSync } from "node:zlib";
import type { SnapshotNode } from "@isotherm/protocol";
import {
  batchOf,
  edgeOf,
  envelopeOf,
  fixtureTime,
  pageOf,
  sealedBatchOf,
  snapshotHeadOf,
  snapshotTreeOf,
  snapshotUploadOf,
} from "@isotherm/protocol/fixtures";
import { sign } from "@isotherm/protocol/signature";
import { describe, expect, test } from "vitest";
import {
  origin,
  otherReadKey,
  publicKey,
  type Running,
  readKey,
  relayId,
  relaySecret,
  running,
  siteOf,
} from "../running.js";

const ref = "01940000-0000-7000-8000-000000000001";
const page = pageOf({ url: "https://shop.example/pricing/?utm_source=x", vw: 1_300, layout: "layout-1" });
let sent = 0;
/** Batches of page views, which differ in their ids alone. */
const viewed = (overrides: object = {}): object =>
  envelopeOf({
    key: publicKey,
    batches: [
      batchOf({
        id: `01940000-0000-7000-8000-${String(++sent).padStart(12, "0")}`,
        at: fixtureTime,
        page: { ...page, ...overrides },
      }),
    ],
  });
const hintsOf = async (response: Response): Promise<unknown> =>
  response.status === 204 ? undefined : (await response.json()).hints;

const upload = (
  { server }: Running,
  body: string | Uint8Array<ArrayBuffer> = snapshotUploadOf(),
  headers: { readonly [name: string]: string } = {},
  name: string = ref,
): Promise<Response> =>
  fetch(`${server.url}/v1/batches/${name}`, {
    method: "POST",
    headers: { "content-type": "text/plain", origin, ...headers },
    body,
  });

describe("a page that no snapshot shows", () => {
  test("is asked for where its sender can bring one, of some visitors in a minute, and not any more once it is there", async () => {
    const collector = await running();
    const hints = { snapshot: ["/pricing"] };
    expect(await hintsOf(await collector.post(viewed({ layout: undefined })))).toBeUndefined();
    for (let visitor = 0; visitor < 3; visitor++) expect(await hintsOf(await collector.post(viewed()))).toEqual(hints);
    expect((await collector.post(viewed())).status).toBe(204);
    collector.clock.now += 60_000;
    expect(await hintsOf(await collector.post(viewed()))).toEqual(hints);
    expect((await upload(collector)).status).toBe(204);
    expect((await collector.post(viewed())).status).toBe(204);
  });

  test("is another one in another width, in another layout, and after the days of `refreshDays`", async () => {
    const collector = await running({ snapshots: { refreshDays: 1 } });
    await upload(collector);
    expect((await collector.post(viewed())).status).toBe(204);
    expect(await hintsOf(await collector.post(viewed({ vw: 400 })))).toEqual({ snapshot: ["/pricing"] });
    expect(await hintsOf(await collector.post(viewed({ layout: "layout-2" })))).toEqual({ snapshot: ["/pricing"] });
    collector.clock.now += 86_400_000;
    expect(await hintsOf(await collector.post(viewed()))).toEqual({ snapshot: ["/pricing"] });
  });

  test("is not asked for under Global Privacy Control, of who is leaving, and where nobody wants any", async () => {
    const collector = await running();
    expect((await collector.post(viewed(), { "sec-gpc": "1" })).status).toBe(204);
    const leaving = viewed() as { readonly batches: readonly object[] };
    const last = { ...leaving, batches: leaving.batches.map((batch) => ({ ...batch, last: true })) };
    expect((await collector.post(last)).status).toBe(204);
    const without = await running({ snapshots: false });
    expect((await without.post(viewed())).status).toBe(204);
    expect((await upload(without)).status).toBe(204);
    expect(without.store.snapshots).toEqual([]);
  });

  test("is told to relays with its width and layout, as often as they ask", async () => {
    const collector = await running();
    const envelope = () => ({
      ...envelopeOf({ key: publicKey }),
      batches: [
        sealedBatchOf({
          id: `01940000-0000-7000-9000-${String(++sent).padStart(12, "0")}`,
          page,
          edge: edgeOf({ at: fixtureTime }),
        }),
      ],
    });
    for (let n = 0; n < 5; n++)
      expect(await hintsOf(await collector.postSigned(envelope()))).toEqual({
        wanted: [{ page: "/pricing", bucket: 1280, layout: "layout-1" }],
      });
  });

  test("is not asked for once a site has stored as many in an hour as it may", async () => {
    const collector = await running({ snapshots: { perHour: 1 } });
    await upload(collector);
    expect((await collector.post(viewed({ url: "https://shop.example/other" }))).status).toBe(204);
    collector.clock.now += 3_600_000;
    expect((await collector.post(viewed({ url: "https://shop.example/other" }))).status).toBe(202);
  });
});

describe("an upload", () => {
  test("is kept, compressed or not, and given to whoever has the site's read key", async () => {
    const collector = await running();
    expect((await upload(collector, gzipSync(snapshotUploadOf()), { "content-encoding": "gzip" })).status).toBe(204);
    const entry = {
      ...{ ref, page: "/pricing", bucket: 1280, layout: "layout-1", at: collector.clock.now, origin },
      ...{ vw: 1280, vh: 720, dw: 1280, dh: 4200, bytes: expect.any(Number) },
    };
    const list = await collector.get("/v1/sites/shop/snapshots?page=/pricing&bucket=1280", readKey);
    expect(await list.json()).toEqual({ snapshots: [entry] });
    const one = await collector.get(`/v1/sites/shop/snapshots/${ref}`, readKey);
    expect(one.headers.get("x-content-type-options")).toBe("nosniff");
    expect(one.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await one.json()).toEqual({
      snapshot: entry,
      tree: snapshotTreeOf({ type: 3, id: 5, textContent: "Prices" }),
    });
    for (const path of ["/v1/sites/shop/snapshots", `/v1/sites/shop/snapshots/${ref}`]) {
      expect((await collector.get(path, null)).status).toBe(401);
      expect((await collector.get(path, otherReadKey)).status).toBe(404);
    }
    expect((await collector.get(`/v1/sites/shop/snapshots/${ref.replace(/1$/, "2")}`)).status).toBe(404);
  });

  test("is accepted from a relay under its signature", async () => {
    const collector = await running();
    const body = snapshotUploadOf();
    const packed = gzipSync(body);
    const timestamp = Math.floor(collector.clock.now / 1_000);
    const signature = await sign({ id: "msg_1", timestamp, body: Buffer.from(body), secrets: [relaySecret] });
    const headers = { "relay-key-id": relayId, "content-encoding": "gzip", ...signature };
    expect((await upload(collector, packed, headers)).status).toBe(204);
    expect(collector.store.snapshots).toHaveLength(1);
    const wrong = { ...headers, "webhook-signature": "v1,AAAA" };
    expect(await (await upload(collector, packed, wrong)).json()).toMatchObject({ code: "signature_invalid" });
  });

  test("that comes second is thanked for and let go, as is one whose visitor objects", async () => {
    const collector = await running();
    for (const header of [{ "sec-gpc": "1" }]) expect((await upload(collector, undefined, header)).status).toBe(204);
    expect(collector.store.snapshots).toEqual([]);
    await upload(collector);
    expect((await upload(collector, undefined, {}, ref.replace(/1$/, "2"))).status).toBe(204);
    expect(collector.store.snapshots).toHaveLength(1);
    const text = await (await fetch(collector.server.metricsUrl as string)).text();
    for (const outcome of ["stored", "unwanted", "gpc"])
      expect(text).toContain(`isotherm_collector_snapshots_total{outcome="${outcome}"} 1`);
  });

  const element = (tagName: string, attributes: SnapshotNode["attributes"] = {}): SnapshotNode => ({
    ...{ type: 2, id: 9, tagName, attributes: attributes ?? {}, childNodes: [] },
  });
  const deep = Array.from({ length: 600 }).reduce<SnapshotNode>(
    (inside) => ({ ...element("b"), childNodes: [inside] }),
    element("b"),
  );
  test.each<readonly [string, string | SnapshotNode]>([
    ["no head", "nonsense"],
    ["no tree", `${JSON.stringify(snapshotHeadOf())}\n`],
    ["a head without a view", snapshotUploadOf({ view: "" })],
    ["a script", element("script")],
    ["a frame of others", element("embed")],
    ["a handler", element("b", { onClick: "alert(1)" })],
    ["a link that runs", element("a", { href: " javascript:alert(1)" })],
    ["an inlined image", element("img", { src: "data:image/png;base64,AAAA" })],
    [
      "an inlined candidate",
      element("img", { srcset: "https://shop.example/a.png 1x, data:image/png;base64,AAAA 2x" }),
    ],
    ["a refresh", element("meta", { "http-equiv": "refresh" })],
    ["levels without end", deep],
  ])("that holds %s is refused for good", async (_, given) => {
    const collector = await running();
    const body = typeof given === "string" ? given : snapshotUploadOf({}, snapshotTreeOf(given));
    const response = await upload(collector, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "snapshot_invalid" });
    expect(collector.store.snapshots).toEqual([]);
  });

  test("is refused by size, packing, name, origin and key, as batches are", async () => {
    const collector = await running();
    const codeOf = async (response: Response): Promise<unknown> => (await response.json()).code;
    const bomb = gzipSync(Buffer.alloc(9_000_000, 32));
    expect(await codeOf(await upload(collector, bomb, { "content-encoding": "gzip" }))).toBe("body_too_large");
    expect(await codeOf(await upload(collector, " ".repeat(2_100_000)))).toBe("body_too_large");
    expect(await codeOf(await upload(collector, undefined, { "content-encoding": "br" }))).toBe("encoding_unsupported");
    expect(await codeOf(await upload(collector, undefined, {}, "logo.png"))).toBe("not_found");
    expect(await codeOf(await upload(collector, undefined, { origin: "https://evil.example" }))).toBe("origin_refused");
    const elsewhere = snapshotUploadOf({ url: "https://evil.example/pricing" });
    expect(await codeOf(await upload(collector, elsewhere))).toBe("origin_refused");
    expect(await codeOf(await upload(collector, snapshotUploadOf({ key: "pk_nobody" })))).toBe("key_unknown");
    expect((await (await collector.get("/v1/health")).json()).refused).toMatchObject({ origin_refused: 2 });
  });

  test("of a browser on an allowed page is answered with CORS headers, after a preflight too", async () => {
    const collector = await running();
    await collector.store.putSite(siteOf());
    const preflight = await fetch(`${collector.server.url}/v1/batches/${ref}`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-encoding",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("content-encoding");
    expect((await upload(collector)).headers.get("access-control-allow-origin")).toBe(origin);
  });
});
