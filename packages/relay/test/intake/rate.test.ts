import { JournalError } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import type { Refusal } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { post, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

const envelope = (): object => envelopeOf({ batches: [batchOf({ at: Date.now() })] });

describe("rate", () => {
  test("answers 429 with a wait to an address that sends too much, and to that one alone", async () => {
    let now = Date.now();
    const relay = await startRelay(await standIn({ now: () => now }), { requestsPerMinute: 3, now: () => now });
    for (let i = 0; i < 3; i++) expect((await post(relay, envelope())).status).toBe(204);
    const refused = await post(relay, envelope());
    expect(refused.status).toBe(429);
    expect(((await refused.json()) as Refusal).code).toBe("rate_limited");
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBe(20);
    expect((await post(relay, envelope(), { address: "203.0.113.8" })).status).toBe(204);
    now += wait * 1_000;
    expect((await post(relay, envelope())).status).toBe(204);
    expect((await relay.ledger()).requests).toEqual({ rate_limited: 1 });
  });

  test("takes one IPv6 network for one sender", async () => {
    const relay = await startRelay(await standIn(), { requestsPerMinute: 1 });
    expect((await post(relay, envelope(), { address: "2001:db8:1:2::1" })).status).toBe(204);
    expect((await post(relay, envelope(), { address: "2001:db8:1:2:ffff::9" })).status).toBe(429);
    expect((await post(relay, envelope(), { address: "2001:db8:1:3::1" })).status).toBe(204);
  });

  test("charges no events that a full journal did not take, so that they can come again", async () => {
    const journal = memoryJournal();
    let isFull = true;
    const collector = await standIn();
    const relay = await startRelay(collector, {
      eventsPerMinute: 3,
      journal: {
        ...journal,
        append: (...args) =>
          isFull && args[0].length > 0
            ? Promise.reject(new JournalError("journal_full", "there is no room"))
            : journal.append(...args),
      },
    });
    const came = envelope();
    for (let i = 0; i < 7; i++) expect((await post(relay, came)).status).toBe(503);
    isFull = false;
    expect((await post(relay, came)).status).toBe(204);
    // What was taken is charged once.
    for (let i = 0; i < 2; i++) expect((await post(relay, envelope())).status).toBe(204);
    expect((await post(relay, envelope())).status).toBe(429);
  });

  test("answers 429 when more events come under a key than may, and counts the batches", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector, { eventsPerMinute: 3 });
    for (let i = 0; i < 3; i++) expect((await post(relay, envelope())).status).toBe(204);
    expect((await post(relay, envelope())).status).toBe(429);
    expect((await relay.ledger()).keys[collector.key]).toMatchObject({ received: 4, refused: { rate_limited: 1 } });
  });
});
