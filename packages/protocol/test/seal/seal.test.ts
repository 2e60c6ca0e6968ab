import { createHmac } from "node:crypto";
import { horizon, limits, type Salt, skewTolerance } from "@isotherm/protocol";
import { batchOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { correctedAt, type SealRequest, saltsWanted, seal, settle } from "@isotherm/protocol/seal";
import { readEnvelope } from "@isotherm/protocol/validate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batch as anyBatch } from "../arbitrary/batch.js";

const hour = 3_600_000;
const salts = saltsWanted([{ group: "shop", timeZone: "Europe/Paris" }], fixtureTime);
const midnight = Date.UTC(2026, 10, 20, 23);
const request: SealRequest = {
  at: fixtureTime + 1_000,
  sentAt: fixtureTime + 990,
  group: "shop",
  address: "203.0.113.77",
  agent: "Browser/1.0",
  language: "en-GB,en;q=0.9",
  relay: "edge-1",
};

async function edgeOf(over: Partial<SealRequest> = {}, known: readonly Salt[] = salts) {
  const [sealed] = await seal([batchOf()], { ...request, ...over }, known);
  if (sealed === undefined) throw new Error("nothing was sealed");
  return sealed.edge;
}

describe("seal", () => {
  test("adds what the server knew and leaves the rest of the batch as it is", async () => {
    const batches = [
      batchOf({ visitor: "v", user: "u", session: "s" }),
      batchOf({ seq: 1, page: pageOf({ url: "x" }) }),
    ];
    const hints = { platform: "macOS", mobile: false };
    const sealed = await seal(
      batches,
      { ...request, hints, country: "fr", origin: "https://Shop.example:8443" },
      salts,
    );
    const edge = {
      at: request.at,
      skew: 0,
      visitor: expect.stringMatching(/^[\w-]{22}$/),
      salt: "2026-11-21",
      ip: "203.0.113.0",
      ua: "Browser/1.0",
      lang: "en-GB,en;q=0.9",
      ch: hints,
      country: "FR",
      host: "shop.example",
      relay: "edge-1",
    };
    expect(sealed).toEqual(batches.map((batch) => ({ ...batch, edge })));
  });

  test("takes the host from the page where there is no origin", async () => {
    for (const origin of [undefined, "null", "", "nonsense"])
      expect((await edgeOf({ origin })).host).toBe("shop.example");
    const [sealed] = await seal([batchOf({ page: pageOf({ url: "/pricing" }) })], request, salts);
    expect(sealed?.edge).not.toHaveProperty("host");
  });

  test("leaves out what it does not know", async () => {
    const edge = await edgeOf({ agent: undefined, language: "", relay: undefined, hints: {}, country: "XX" });
    expect(Object.keys(edge).sort()).toEqual(["at", "host", "ip", "salt", "skew", "visitor"]);
    expect(await edgeOf({ country: "T1" })).not.toHaveProperty("country");
  });

  test.each([
    ["San%20Francisco", "San Francisco"],
    ["M%C3%BCnchen", "München"],
    [Buffer.from("München").toString("latin1"), "München"],
    ["München", "München"],
    ["東京", "東京"],
    ["100 % sure", "100 % sure"],
    ["%ff", "%ff"],
    [" ", undefined],
    ["x".repeat(2_000), "x".repeat(limits.name)],
  ])("reads %j of a region or city as headers bring it", async (written, expected) => {
    const { region, city } = await edgeOf({ region: written, city: written });
    expect([region, city]).toEqual([expected, expected]);
  });

  test("names no place that is nearer than a country where privacy was asked for", async () => {
    const edge = await edgeOf({ country: "DE", region: "Bavaria", city: "Munich", privacy: "gpc" });
    expect(edge).toMatchObject({ country: "DE" });
    expect(edge).not.toHaveProperty("region");
    expect(edge).not.toHaveProperty("city");
  });

  test("gives batches that a collector accepts, whatever the request, and never the address", async () => {
    const header = fc.option(fc.string({ maxLength: 3_000, unit: "binary" }), { nil: undefined });
    const made = fc.record({
      at: fc.integer({ min: midnight, max: midnight + 24 * hour - 1 }),
      sentAt: fc.option(fc.integer({ min: 0, max: limits.time }), { nil: undefined }),
      group: fc.constantFrom("shop", "unknown"),
      address: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 200 })),
      agent: header,
      language: header,
      hints: fc.option(fc.record({ platform: fc.string(), brands: fc.string({ maxLength: 600 }) }), { nil: undefined }),
      country: header,
      origin: fc.option(fc.oneof(fc.webUrl(), fc.string()), { nil: undefined }),
      relay: header,
      privacy: fc.constantFrom(undefined, "gpc" as const, "dnt" as const),
    });
    await fc.assert(
      fc.asyncProperty(anyBatch, made, async (batch, how) => {
        const sealed = await seal([batch], how, salts);
        const body = JSON.stringify({ v: 1, key: "pk_1", batches: sealed });
        const read = readEnvelope(body, { sealed: true });
        if (!read.ok || !read.batches.every(({ ok }) => ok)) throw new Error(JSON.stringify(read));
        if (how.group === "shop") expect(sealed[0]?.edge.address).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test("needs no more room than a collector grants it", async () => {
    const wide = "漢".repeat(5_000);
    const hints = { platform: wide, mobile: true, brands: wide };
    const where = { origin: `https://${"x".repeat(60)}.example`, country: "FR", relay: wide };
    const edge = await edgeOf({ agent: wide, language: wide, hints, ...where, at: midnight, group: "other" });
    const size = new TextEncoder().encode(JSON.stringify({ edge })).length;
    expect(size).toBeGreaterThan(3_000);
    expect(size).toBeLessThan(limits.edgeBytes);
  });
});

describe("the daily visitor", () => {
  const visitorOf = async (over: Partial<SealRequest> = {}) => (await edgeOf(over)).visitor;

  test("is an HMAC by the day's salt over group, address, agent and language", async () => {
    const salt = salts.find(({ day }) => day === "2026-11-21");
    const text = JSON.stringify(["shop", "203.0.113.77", "Browser/1.0", "en-GB,en;q=0.9"]);
    const code = createHmac("sha256", Buffer.from(salt?.secret ?? "", "base64"))
      .update(text)
      .digest();
    expect(await visitorOf()).toBe(code.subarray(0, 16).toString("base64url"));
  });

  test("is one all day, whatever was sent and however the address was written", async () => {
    const visitor = await visitorOf();
    expect(await visitorOf({ at: midnight })).toBe(visitor);
    expect(await visitorOf({ at: midnight + 24 * hour - 1, sentAt: undefined, country: "FR" })).toBe(visitor);
    expect(await visitorOf({ address: "::ffff:203.0.113.77" })).toBe(visitor);
  });

  test("differs by day, group, address, agent and language, and where they meet", async () => {
    const other = saltsWanted([{ group: "blog", timeZone: "Europe/Paris" }], fixtureTime);
    const made = await Promise.all([
      visitorOf(),
      visitorOf({ at: midnight - 1 }),
      visitorOf({ at: midnight + 24 * hour }),
      visitorOf({ address: "203.0.113.78" }),
      visitorOf({ agent: "Browser/1.0e" }),
      visitorOf({ agent: "Browser/1.0", language: "n-GB,en;q=0.9" }),
      visitorOf({ agent: "Browser/1.0|en-GB,en;q=0.9", language: "" }),
      edgeOf({ group: "blog" }, other).then(({ visitor }) => visitor),
    ]);
    expect(made).not.toContain(undefined);
    expect(new Set(made).size).toBe(made.length);
  });

  test("carries the day before for four hours, and that is the visitor of the day before", async () => {
    const yesterday = await visitorOf({ at: midnight - 1 });
    expect((await edgeOf({ at: midnight })).previous).toBe(yesterday);
    expect((await edgeOf({ at: midnight + 4 * hour - 1 })).previous).toBe(yesterday);
    expect(await edgeOf({ at: midnight + 4 * hour })).not.toHaveProperty("previous");
    const [, ...later] = salts;
    expect(await edgeOf({ at: midnight }, later)).not.toHaveProperty("previous");
  });

  test("waits for a salt with the address, and settling then gives the same hash", async () => {
    for (const known of [[], saltsWanted([{ group: "blog", timeZone: "UTC" }], fixtureTime)]) {
      const [open] = await seal([batchOf()], { ...request, at: midnight + hour }, known);
      if (open === undefined) throw new Error("nothing was sealed");
      expect(open.edge).toMatchObject({ address: "203.0.113.77", ip: "203.0.113.0" });
      expect(open.edge).not.toHaveProperty("visitor");
      const settled = await settle(open, "shop", salts);
      expect(settled).toEqual({ ...open, edge: await edgeOf({ at: midnight + hour }) });
      expect(settled.edge).toHaveProperty("previous");
    }
  });

  test("settles to the same hash where headers were too long to be kept whole", async () => {
    const long = { agent: "a".repeat(3_000), language: "b".repeat(3_000), address: " 2001:DB8::1 " };
    const open = sealedBatchOf({ edge: await edgeOf(long, []) });
    expect((await settle(open, "shop", salts)).edge).toEqual(await edgeOf(long));
  });

  test("settles to nothing, and without the address, once the salt is forgotten", async () => {
    const open = sealedBatchOf({ edge: await edgeOf({}, []) });
    const { address: _, ...rest } = open.edge;
    expect(await settle(open, "shop", [])).toEqual({ ...open, edge: rest });
    const done = sealedBatchOf();
    expect(await settle(done, "shop", salts)).toBe(done);
  });

  test("says which salt is broken, but not how it reads", async () => {
    const broken = salts.map((salt) => ({ ...salt, secret: "!secret!" }));
    await expect(edgeOf({}, broken)).rejects.toMatchObject({
      code: "secret_invalid",
      message: "the salt of 2026-11-21 must be base64",
    });
  });
});

describe("privacy", () => {
  test.each(["gpc", "dnt"] as const)("strips identifiers, traits, address and visitor under %s", async (privacy) => {
    const events = [fixtures.page, fixtures.identify, fixtures.click];
    const reset = "0193a5b0-7c00-7abc-8def-012345670000";
    const batch = batchOf({ visitor: "v", user: "u", session: "s", reset, events });
    for (const known of [salts, []]) {
      const [sealed] = await seal([batch], { ...request, at: midnight, sentAt: undefined, privacy }, known);
      const { visitor: _v, user: _u, session: _s, reset: _r, ...bare } = batch;
      expect(sealed).toEqual({
        ...bare,
        events: [fixtures.page, { type: "identify", t: fixtures.identify.t }, fixtures.click],
        edge: {
          at: midnight,
          skew: 0,
          ua: "Browser/1.0",
          lang: "en-GB,en;q=0.9",
          host: "shop.example",
          relay: "edge-1",
          privacy,
        },
      });
      expect(JSON.stringify(sealed)).not.toContain("203.0.113");
    }
  });
});

describe("clocks", () => {
  const skewOf = async (difference: number) => (await edgeOf({ sentAt: request.at + difference })).skew;

  test("differ by nothing below the tolerance, and by all of it from there on", async () => {
    expect(await skewOf(skewTolerance - 1)).toBe(0);
    expect(await skewOf(1 - skewTolerance)).toBe(0);
    expect(await skewOf(skewTolerance)).toBe(skewTolerance);
    expect(await skewOf(-skewTolerance)).toBe(-skewTolerance);
    expect((await edgeOf({ sentAt: undefined })).skew).toBe(0);
  });

  const at = fixtureTime;
  const corrected = (client: number, skew = 0) => correctedAt(sealedBatchOf({ at: client, edge: { at, skew } }));

  test("are set right by the skew", () => {
    expect(corrected(at + 90_000, 91_000)).toEqual({ at: at - 1_000, suspect: false });
    expect(corrected(at - 90_000, -89_000)).toEqual({ at: at - 1_000, suspect: false });
    expect(corrected(at)).toEqual({ at, suspect: false });
  });

  test("are held within the fourteen days before receipt, and then suspect", () => {
    expect(corrected(at + 1)).toEqual({ at, suspect: true });
    expect(corrected(at - horizon.send)).toEqual({ at: at - horizon.send, suspect: false });
    expect(corrected(at - horizon.send - 1)).toEqual({ at: at - horizon.send, suspect: true });
    expect(corrected(0)).toEqual({ at: at - horizon.send, suspect: true });
  });

  test("of a whole path agree: what a wrong clock sent at once happened at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -(10 ** 11), max: 10 ** 11 }).filter((ms) => Math.abs(ms) >= skewTolerance),
        fc.integer({ min: 0, max: horizon.send }),
        async (wrong, age) => {
          const batch = batchOf({ at: request.at + wrong - age });
          const [sealed] = await seal([batch], { ...request, sentAt: request.at + wrong }, salts);
          expect(sealed && correctedAt(sealed)).toEqual({ at: request.at - age, suspect: false });
        },
      ),
    );
  });
});
