import type { Event } from "@isotherm/protocol";
import { sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { classifyStatus } from "../../src/target/classify-status.js";
import { type EventFormat, type EventTargetOptions, eventTarget } from "../../src/target/event-target.js";
import { type Backend, backend } from "../kit/backend.js";
import { type Forwarding, forwarding } from "../kit/forwarding.js";
import { until } from "../kit/until.js";

const custom = (name: string, t = 0): Event => ({ type: "custom", t, name });
const batch = (names: readonly string[], visitor = "v") =>
  sealedBatchOf({ visitor, events: names.map((name, i) => custom(name, i)) });

interface Set extends Forwarding {
  readonly backend: Backend;
  /** Names of the events of every request that was answered with a 2xx. */
  readonly taken: string[][];
}

/** A backend that takes JSON arrays of names, one visitor at a time, and refuses those that hold the name "bad". */
async function set(
  format: Partial<EventFormat> = {},
  options: EventTargetOptions = {},
  now?: () => number,
): Promise<Set> {
  const there = await backend();
  const taken: string[][] = [];
  there.reply = (_, { body }) => {
    const names = JSON.parse(body) as string[];
    if (names.includes("bad")) return { status: 400 };
    taken.push(names);
    return { status: 200 };
  };
  const target = eventTarget(
    {
      name: "simple",
      dedupe: "none",
      needsAddress: false,
      limits: { events: 3, bytes: 1_000, eventBytes: 40 },
      write: ({ name, visitor }) => ({ text: JSON.stringify(name), group: visitor }),
      wrap: (entries) => ({
        url: there.url,
        headers: { "content-type": "application/json" },
        body: new TextEncoder().encode(`[${entries.map(({ text }) => text).join(",")}]`),
      }),
      classify: (response) => classifyStatus(response),
      ...format,
    },
    options,
  );
  return { ...(await forwarding(target, now)), backend: there, taken };
}

const counts = (counted: object): object => ({
  forwarded: 0,
  dead: 0,
  filtered: 0,
  maybeDuplicate: 0,
  waiting: 0,
  ...counted,
});

describe("a target that speaks of events", () => {
  test("packs events of one group into requests within the limits, across batches", async () => {
    const { append, settled, taken } = await set({}, { concurrency: 1 });
    await append([batch(["a", "b"]), batch(["c", "d"]), batch(["e"], "w")]);
    expect(await settled()).toMatchObject(counts({ forwarded: 3 }));
    expect(taken).toEqual([["a", "b", "c"], ["d"], ["e"]]);
  });

  test("finds the one event that is refused, takes the rest, and keeps it as a letter of its own", async () => {
    const { append, settled, taken, letters } = await set();
    await append([batch(["a", "bad", "c"]), batch(["d"])]);
    expect(await settled()).toMatchObject(counts({ forwarded: 1, dead: 1 }));
    expect(taken.flat().sort()).toEqual(["a", "c", "d"]);
    expect(letters).toMatchObject([{ code: "status_400", event: 1 }]);
  });

  test("buries an event that is too large, and counts a batch that holds nothing for it as filtered", async () => {
    const { append, settled, taken, letters } = await set();
    await append([
      batch(["x".repeat(60), "a"]),
      sealedBatchOf({ events: [{ type: "keyboard", t: 0, cat: "editing" }] }),
    ]);
    expect(await settled()).toMatchObject(counts({ dead: 1, filtered: 1 }));
    expect(taken).toEqual([["a"]]);
    expect(letters).toMatchObject([{ code: "event_too_large", event: 0 }]);
  });

  test("sends what was not taken again, at once and without what was refused", async () => {
    const {
      append,
      settled,
      backend: there,
      letters,
    } = await set({
      classify(response, { entries }) {
        if (response.status === 200) return { kind: "ok" };
        const bad = entries.filter(({ text }) => text.includes("bad"));
        const again = entries.filter(({ text }) => text.includes("slow"));
        return { kind: "partial", refused: bad.map((entry) => ({ entry, code: "bad", message: "is bad" })), again };
      },
    });
    const answer = there.reply;
    there.reply = (attempt, seen) =>
      seen.body === '["slow"]' ? { status: attempt < 4 ? 400 : 200 } : answer(attempt, seen);
    await append([batch(["a", "bad", "slow"])]);
    expect(await settled()).toMatchObject(counts({ dead: 1 }));
    expect(there.seen.map(({ body }) => body)).toEqual(['["a","bad","slow"]', ...Array(3).fill('["slow"]')]);
    expect(letters).toMatchObject([{ code: "bad", event: 1 }]);
  });

  test("says of a redirect where it leads, and nothing of it that may be secret", async () => {
    const response = (location: string) => ({
      status: 302,
      header: (name: string) => (name === "location" ? location : undefined),
      body: new Uint8Array(0),
    });
    expect(classifyStatus(response("https://me:pass@there.example/in?api_secret=abc#f"))).toEqual({
      kind: "stopped",
      reason: "answers 302: it redirects to https://there.example/in",
    });
  });

  test.each([
    [["shop"], { forwarded: 1 }, [["a"]]],
    [["blog"], { filtered: 1 }, []],
  ])("takes of several sites what goes there: %s", async (sites, counted, expected) => {
    const { append, settled, taken } = await set({}, { events: { sites } });
    await append([batch(["a"])]);
    expect(await settled()).toMatchObject(counts(counted));
    expect(taken).toEqual(expected);
  });

  test("sends again what had no answer, and counts what the backend may have twice", async () => {
    const { append, settled, backend: there } = await set();
    there.reply = (attempt) => (attempt === 1 ? "cut" : { status: 200 });
    await append([batch(["a"])]);
    expect(await settled()).toMatchObject(counts({ forwarded: 1, maybeDuplicate: 1 }));
    expect(there.seen.map(({ body }) => body)).toEqual(['["a"]', '["a"]']);
  });

  test("gives up what had no answer where that was chosen, and counts it", async () => {
    const { append, settled, backend: there } = await set({}, { onUnknown: "drop" });
    there.reply = (attempt) => (attempt === 1 ? "cut" : { status: 200 });
    await append([batch(["a"])]);
    expect(await settled()).toMatchObject(counts({ dropped: { maybe_lost: 1 } }));
    await append([batch(["b"])]);
    expect(await settled()).toMatchObject(counts({ forwarded: 1, dropped: { maybe_lost: 1 } }));
    expect(there.seen).toHaveLength(2);
  });

  test("counts no doubt where the backend recognises what it has", async () => {
    const { append, settled, backend: there } = await set({ dedupe: "id" });
    there.reply = (attempt) => (attempt === 1 ? "cut" : { status: 200 });
    await append([batch(["a"])]);
    expect(await settled()).toMatchObject(counts({ forwarded: 1 }));
  });

  test.each([["dead", { dead: 1 }, []] as const, ["send", { forwarded: 1 }, [["a"]]] as const])(
    "does with what comes too late what was chosen: %s",
    async (late, counted, expected) => {
      const limits = { events: 3, bytes: 1_000, lateness: 60_000 };
      const { append, settled, taken } = await set({ limits }, { late }, () => batch([]).edge.at + 60_001);
      await append([batch(["a"])]);
      expect(await settled()).toMatchObject(counts(counted));
      expect(taken).toEqual(expected);
    },
  );

  test("sends nothing again after a restart that the target has, though something before it is still to be sent", async () => {
    const one = { events: 1, bytes: 1_000 };
    const { append, account, settled, restart, backend: there, taken } = await set({ limits: one, inOrder: true });
    const answer = there.reply;
    // Only a target that has answered is sent more than one request at a time.
    await append([batch(["before"], "u")]);
    await settled();
    let isBack = false;
    there.reply = (attempt, seen) => (seen.body === '["stuck"]' && !isBack ? "hang" : answer(attempt, seen));
    await append([batch(["stuck"]), batch(["a", "b"], "w"), batch(["c"], "x")]);
    await until(account, ({ forwarded }) => forwarded === 3);
    // A request that is read only when the backend is back would be taken, and come again as well.
    await until(
      () => there.seen.some(({ body }) => body === '["stuck"]'),
      (isThere) => isThere,
    );
    isBack = true;
    await restart();
    expect(await settled()).toMatchObject({ forwarded: 4, waiting: 0 });
    expect(taken.flat().sort()).toEqual(["a", "b", "before", "c", "stuck"]);
  });

  test.each([
    ["resend", { forwarded: 2, maybeDuplicate: 1 }, ["a", "a", "b"]],
    ["drop", { forwarded: 1, dropped: { maybe_lost: 1 } }, ["a", "b"]],
  ] as const)(
    "counts what is cut off by a restart, and does what was chosen: %s",
    async (onUnknown, counted, expected) => {
      const one = { events: 1, bytes: 1_000 };
      const { append, settled, restart, backend: there, taken } = await set({ limits: one }, { onUnknown });
      const answer = there.reply;
      there.reply = (attempt, seen) => {
        const said = answer(attempt, seen);
        return seen.body === '["a"]' && taken.length === 1 ? "hang" : said;
      };
      await append([batch(["a"])]);
      await until(
        () => taken.length,
        (count) => count === 1,
      );
      await restart();
      await append([batch(["b"], "w")]);
      expect(await settled()).toMatchObject(counts(counted));
      expect(taken.flat().sort()).toEqual(expected);
    },
  );

  test("counts what a restart tears apart: the target has a part of it, and gets all of it again", async () => {
    const one = { events: 1, bytes: 1_000 };
    const { append, settled, restart, backend: there, taken } = await set({ limits: one, inOrder: true });
    const answer = there.reply;
    let isBack = false;
    there.reply = (attempt, seen) => (seen.body === '["b"]' && !isBack ? "hang" : answer(attempt, seen));
    await append([batch(["a", "b"])]);
    await until(
      () => there.seen.at(-1)?.body,
      (body) => body === '["b"]',
    );
    isBack = true;
    await restart();
    expect(await settled()).toMatchObject(counts({ forwarded: 1, maybeDuplicate: 1 }));
    expect(taken.flat()).toEqual(["a", "a", "b"]);
  });

  test("keeps the order of each visitor, whatever fails in between", async () => {
    const {
      append,
      settled,
      backend: there,
      taken,
    } = await set({ inOrder: true, limits: { events: 1, bytes: 1_000 } });
    const answer = there.reply;
    there.reply = (attempt, seen) => (attempt % 3 === 1 ? { status: 503 } : answer(attempt, seen));
    const of = (visitor: string) => Array.from({ length: 12 }, (_, i) => `${visitor}${i}`);
    await append(
      ["v", "w"].flatMap((visitor) => [batch(of(visitor).slice(0, 6), visitor), batch(of(visitor).slice(6), visitor)]),
    );
    expect(await settled()).toMatchObject(counts({ forwarded: 4 }));
    for (const visitor of ["v", "w"]) {
      expect(taken.flat().filter((name) => name.startsWith(visitor))).toEqual(of(visitor));
    }
  });
});
