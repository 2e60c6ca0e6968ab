import type { Event, Filter, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { expect, test } from "vitest";
import { encodeArrival } from "../project/record.js";
import type { Store } from "./store.js";

const day = 86_400_000;
const range = { from: "2026-11-20", to: "2026-11-22" };
const asked = { site: "shop", range, filters: [], now: fixtureTime + 60_000 };
const list = { ...asked, search: "", limit: 10, cursor: null };

const view = (visitor: string, at: number, path: string, events: readonly Event[] = []): SealedBatch =>
  sealedBatchOf({
    ...{ id: `${visitor} ${at} ${path}`, tab: `${visitor} ${at}`, visitor, at },
    page: pageOf({ id: `${visitor} ${at} ${path}`, url: `https://shop.example${path}`, referrer: "" }),
    events: [{ ...fixtures.page, t: 0 }, ...events],
    edge: edgeOf({ at: at + 200 }),
  });

const signup: Event = { ...fixtures.custom, t: 10, name: "signup", props: { plan: "pro", seats: 3 } };
const purchase: Event = { type: "goal", t: 20, name: "purchase", value: 12.5, currency: "EUR" };

/** Ada signs up, buys, and comes back; Bob looks at two pages, has an error, and leaves a form; a machine passes. */
const week: readonly SealedBatch[] = [
  view("ada", fixtureTime - day, "/", [signup]),
  view("ada", fixtureTime - day + 60_000, "/pricing", [
    purchase,
    { type: "vital", t: 30, name: "LCP", value: 3_000, rating: "needs-improvement" },
  ]),
  view("ada", fixtureTime, "/"),
  view("bob", fixtureTime, "/", [{ type: "error", t: 5, message: "boom" }]),
  view("bob", fixtureTime + 30_000, "/pricing", [{ type: "input", t: 6, el: "mail mail", act: "focus" }]),
  { ...view("robot", fixtureTime, "/", [purchase]), page: pageOf({ webdriver: true }) },
];

/** Tests what a store tells of what visitors did, on a driver. */
export function behaviourConformance(start: () => Promise<{ store: Store }>): void {
  const furnished = async (): Promise<Store> => {
    const { store } = await start();
    const records = week.map((batch) => encodeArrival({ site: "shop", batch, receivedAt: batch.edge.at + 10 }).data);
    await store.project({ journal: "one", from: 0, to: records.length, records });
    return store;
  };
  const visitsWith = async (store: Store, ...filters: readonly Filter[]): Promise<number> =>
    (await store.queries.summary({ ...asked, filters })).numbers.visits;

  test("chooses visits by nested filters, also by properties of their events", async () => {
    const store = await furnished();
    expect(await visitsWith(store)).toBe(3);
    expect(await visitsWith(store, ["is", "props.plan", ["pro"]])).toBe(1);
    expect(await visitsWith(store, ["is_not", "props.seats", ["3"]])).toBe(2);
    expect(await visitsWith(store, ["contains_not", "page", ["pric"]])).toBe(1);
    expect(
      await visitsWith(store, [
        "or",
        [
          ["is", "event", ["purchase"]],
          ["not", ["is", "page", ["/pricing"]]],
        ],
      ]),
    ).toBe(2);
  });

  test("compares with other days, and asks about machines apart", async () => {
    const store = await furnished();
    const on = (from: string) => ({ from, to: from });
    const { numbers, comparison } = await store.queries.summary({
      ...{ ...asked, range: on("2026-11-21"), compare: on("2026-11-20") },
    });
    expect([numbers.visits, comparison?.numbers.visits]).toEqual([2, 1]);
    expect((await store.queries.bots(asked)).rows).toMatchObject([{ class: "headless", visits: 1 }]);
    expect((await store.queries.summary({ ...asked, bots: "headless" })).numbers.visits).toBe(1);
  });

  test("counts events, properties, goals, errors and vitals", async () => {
    const { queries } = await furnished();
    const once = { count: 1, visits: 1, visitors: 1 };
    const events = await queries.events({ ...list, type: null, sort: "count" });
    expect(events.rows).toEqual([
      { type: "goal", name: "purchase", ...once },
      { type: "custom", name: "signup", ...once },
    ]);
    const first = await queries.events({ ...list, type: null, sort: "count", limit: 1 });
    const rest = await queries.events({ ...list, type: null, sort: "count", limit: 1, cursor: first.next ?? "" });
    expect([...first.rows, ...rest.rows]).toEqual(events.rows);
    expect(rest.next).toBeUndefined();
    const keys = await queries.properties({ ...list, event: "signup", key: null, sort: "count" });
    expect(keys.rows.map(({ value }) => value)).toEqual(["plan", "seats"]);
    const values = await queries.properties({ ...list, event: "signup", key: "plan", sort: "count" });
    expect(values.rows).toEqual([{ value: "pro", ...once }]);
    expect(await queries.goals({ ...list, sort: "visitors" })).toMatchObject({
      visitors: 2,
      rows: [{ name: "purchase", conversions: 1, rate: 0.5, revenue: [{ currency: "EUR", value: 12.5 }] }],
    });
    expect((await queries.errors({ ...list, sort: "last" })).rows).toMatchObject([
      { message: "boom", pages: 1, ...once },
    ]);
    expect((await queries.vitals(list)).rows).toMatchObject([
      { page: "/pricing", metrics: [{ name: "LCP", p75: 3_000 }] },
    ]);
  });

  test.each(["heat", "sessions", "days"] as const)("derives %s again without a difference", async (model) => {
    const store = await furnished();
    const answers = async (): Promise<object> => ({
      ...(await store.queries.summary(asked)),
      ...(await store.queries.heatmap({ ...asked, page: "/", kind: "click", bucket: null })),
      ...(await store.queries.sessions({ ...asked, limit: 10, cursor: null })),
    });
    const before = await answers();
    await store.rebuild(model, (done, total) => expect(done).toBeLessThanOrEqual(total));
    expect(await answers()).toEqual(before);
    await store.rebuild(model);
    expect(await answers()).toEqual(before);
  });

  test("follows visitors through funnels, journeys, forms and weeks", async () => {
    const { queries } = await furnished();
    const steps = [
      ["page", "/*"],
      ["event", "signup"],
      ["goal", "purchase"],
    ] as const;
    const funnel = await queries.funnel({ ...asked, steps, window: 7 });
    expect(funnel.steps.map(({ visitors }) => visitors)).toEqual([2, 1, 1]);
    const { next } = await queries.journeys({ ...asked, page: "/", limit: 5 });
    expect(next.map(({ page, count }) => [page, count])).toEqual([
      ["/pricing", 2],
      [null, 1],
    ]);
    expect((await queries.forms({ ...list, page: null })).rows).toMatchObject([
      { page: "/pricing", started: 1, sent: 0, fields: [{ anchor: "mail mail", entered: 1, left: 1 }] },
    ]);
    const retention = await queries.retention({ ...asked, interval: "day" });
    expect([retention.visitors, retention.known]).toEqual([2, 2]);
    expect(retention.cohorts.map(({ visitors, seen }) => [visitors, seen[1]?.visitors])).toEqual([
      [1, 1],
      [1, 0],
      [0, undefined],
    ]);
    const { current, pages } = await queries.realtime({ site: "shop", filters: [], now: fixtureTime + 60_000 });
    expect([current, pages]).toEqual([
      2,
      [
        { value: "/", visitors: 1 },
        { value: "/pricing", visitors: 1 },
      ],
    ]);
  });
}
