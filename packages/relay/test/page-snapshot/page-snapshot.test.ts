import { gzipSync } from "node:zlib";
import type { WantedSnapshot } from "@isotherm/protocol";
import { batchOf, envelopeOf, pageOf, snapshotUploadOf } from "@isotherm/protocol/fixtures";
import type { Relay } from "@isotherm/relay";
import { describe, expect, test } from "vitest";
import { intakePath, post, type Said, startRelay } from "../kit/relay.js";
import { type StandIn, standIn } from "../kit/stand-in.js";

const ref = "01940000-0000-7000-8000-000000000001";
const pricing: WantedSnapshot = { page: "/pricing", bucket: 1280, layout: "layout-1" };
const page = pageOf({ url: "https://shop.example/pricing/", vw: 1_300, layout: "layout-1" });
let sent = 0;

const view = (relay: Relay, overrides: object = {}, said: Said = {}, last?: true): Promise<Response> =>
  post(
    relay,
    envelopeOf({
      batches: [
        batchOf({
          id: `01940000-0000-7000-8000-${String(++sent).padStart(12, "0")}`,
          at: Date.now(),
          ...(last && { last }),
          page: { ...page, ...overrides },
        }),
      ],
    }),
    said,
  );
const upload = (relay: Relay, body: string | Uint8Array = snapshotUploadOf(), said: Said = {}): Promise<Response> =>
  post(relay, body, { path: `${intakePath}/${ref}`, ...said });
const codeOf = async (response: Response): Promise<unknown> => (await response.json()).code;

/** A relay whose collector has said what it wants, and the clock that it lives by. */
async function asking(wanted: readonly WantedSnapshot[] = [pricing]): Promise<{
  readonly relay: Relay;
  readonly collector: StandIn;
  readonly clock: { now: number };
}> {
  const clock = { now: Date.now() };
  const collector = await standIn();
  const relay = await startRelay(collector, { now: () => clock.now });
  collector.wanted = wanted;
  await view(relay, { url: "https://shop.example/first" });
  expect(await relay.drained()).toBe(true);
  collector.wanted = [];
  return { relay, collector, clock };
}

describe("a page that the collector wants a snapshot of", () => {
  test("is asked for of a few visitors in a minute; everybody else is answered 204", async () => {
    const { relay, clock } = await asking();
    for (let visitor = 0; visitor < 3; visitor++) {
      const response = await view(relay);
      expect(response.status).toBe(202);
      expect(await response.json()).toEqual({
        ...{ accepted: 1, duplicate: 0, rejected: [] },
        hints: { snapshot: ["/pricing"] },
      });
    }
    expect((await view(relay)).status).toBe(204);
    clock.now += 60_000;
    expect((await view(relay)).status).toBe(202);
    clock.now += 600_000;
    expect((await view(relay)).status).toBe(204);
  });

  test("is not asked for in another width or layout, of who cannot bring it, wishes not to be tracked, or is leaving", async () => {
    const { relay } = await asking();
    for (const other of [{ vw: 400 }, { layout: "layout-2" }, { layout: undefined }])
      expect((await view(relay, other)).status).toBe(204);
    expect((await view(relay, {}, { headers: { dnt: "1" } })).status).toBe(204);
    expect((await view(relay, {}, { headers: { "sec-gpc": "1" } })).status).toBe(204);
    expect((await view(relay, {}, {}, true)).status).toBe(204);
    expect((await view(relay)).status).toBe(202);
  });

  test("is brought to the collector as it came, under the relay's signature, and not asked for any more", async () => {
    const { relay, collector } = await asking();
    const packed = gzipSync(snapshotUploadOf());
    expect((await upload(relay, packed, { headers: { "content-encoding": "gzip" } })).status).toBe(204);
    expect([...collector.uploads]).toEqual([[ref, snapshotUploadOf()]]);
    // An answer that was under way says once more what is not true any longer.
    collector.wanted = [pricing];
    expect((await view(relay, { url: "https://shop.example/other" })).status).toBe(204);
    expect(await relay.drained()).toBe(true);
    expect((await view(relay)).status).toBe(204);
    expect((await relay.ledger()).balanced).toBe(true);
  });

  test("stays wanted while the collector does not take it, which the sender is told", async () => {
    const { relay, collector } = await asking();
    collector.upload = () => ({ status: 503 });
    expect((await upload(relay)).status).toBe(503);
    collector.upload = () => ({ status: 400, body: { code: "snapshot_invalid", message: "the tree holds <script>" } });
    const refused = await upload(relay);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: "snapshot_invalid", message: "the tree holds <script>" });
    collector.upload = () => ({ status: 204 });
    expect((await upload(relay)).status).toBe(204);
    expect((await view(relay)).status).toBe(204);
    expect((await relay.ledger()).requests).toEqual({ unavailable: 1, snapshot_invalid: 1 });
  });
});

describe("an upload", () => {
  test("that nobody wants, or whose visitor objects, goes nowhere, and is counted", async () => {
    const { relay, collector } = await asking();
    const other = snapshotUploadOf({ url: "https://shop.example/other" });
    expect((await upload(relay, other)).status).toBe(204);
    expect((await upload(relay, undefined, { headers: { "sec-gpc": "1" } })).status).toBe(204);
    expect((await upload(relay, undefined, { headers: { dnt: "1" } })).status).toBe(204);
    expect(collector.uploads.size).toBe(0);
    expect((await relay.ledger()).requests).toEqual({ snapshot_unwanted: 1, gpc: 1, dnt: 1 });
  });

  test("is refused by name, method, size, origin, packing, shape and key, as batches are", async () => {
    const { relay, collector } = await asking();
    const refusals = [
      [{ path: `${intakePath}/logo.png` }, snapshotUploadOf(), "not_found"],
      [{ headers: { "content-length": "3000000" } }, snapshotUploadOf(), "body_too_large"],
      [{}, " ".repeat(2_100_000), "body_too_large"],
      [{ headers: { "content-encoding": "gzip" } }, gzipSync(Buffer.alloc(9_000_000, 32)), "body_too_large"],
      [{ headers: { origin: "https://evil.example" } }, snapshotUploadOf(), "origin_refused"],
      [{ headers: { "content-encoding": "br" } }, snapshotUploadOf(), "encoding_unsupported"],
      [{}, "{}", "snapshot_invalid"],
      [{}, snapshotUploadOf({ key: "pk_nobody" }), "key_unknown"],
    ] as const;
    for (const [said, body, code] of refusals) expect(await codeOf(await upload(relay, body, said))).toBe(code);
    expect((await upload(relay, "", { method: "GET" })).status).toBe(405);
    expect(collector.uploads.size).toBe(0);
  });

  test("may be preceded by a preflight, and its answer read by the page", async () => {
    const { relay } = await asking();
    expect((await upload(relay, "", { method: "OPTIONS" })).headers.get("access-control-allow-headers")).toContain(
      "content-encoding",
    );
    expect((await upload(relay)).headers.get("access-control-allow-origin")).toBe("https://shop.example");
  });

  test("is refused while requests of its address are too many", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector, { requestsPerMinute: 1 });
    await upload(relay);
    expect(await codeOf(await upload(relay))).toBe("rate_limited");
  });
});
