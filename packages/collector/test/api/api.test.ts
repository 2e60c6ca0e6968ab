import { envelopeOf } from "@isotherm/protocol/fixtures";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { operatorKey, otherReadKey, readKey, running } from "../running.js";

const questions = [
  "/v1/sites",
  "/v1/sites/shop/summary",
  "/v1/sites/shop/summary?from=2026-11-01&to=2026-11-21",
  "/v1/sites/shop/summary?compare=none",
  "/v1/sites/shop/series?metric=bounceRate&interval=day",
  "/v1/sites/shop/series?compare=previous&match=weekday",
  "/v1/sites/shop/breakdown?dimension=source&sort=visits&limit=10&search=goo&cursor=abc",
  "/v1/sites/shop/bots?period=7d",
  "/v1/sites/shop/pages?limit=5",
  "/v1/sites/shop/heatmap?page=/&kind=click&bucket=1280",
  "/v1/sites/shop/heatmap?page=/pricing&kind=scroll",
  "/v1/sites/shop/sessions?period=7d",
  "/v1/sites/shop/delivery?period=month",
  "/v1/sites/shop/events?type=goal&sort=visitors&limit=2",
  "/v1/sites/shop/properties?event=signup",
  "/v1/sites/shop/properties?event=signup&key=plan&search=pro",
  "/v1/sites/shop/goals?sort=visitors",
  '/v1/sites/shop/funnel?steps=[["page","/docs/*"],["goal","purchase"]]&window=3',
  "/v1/sites/shop/retention?interval=month",
  "/v1/sites/shop/journeys?page=/pricing",
  "/v1/sites/shop/vitals",
  "/v1/sites/shop/errors?sort=last",
  "/v1/sites/shop/forms?page=/signup",
  "/v1/sites/shop/realtime",
  "/v1/sessions/s1",
  "/v1/health",
  "/health/live",
  "/health/ready",
];

describe("the query API", () => {
  test.each(questions)("answers %s as the OpenAPI document says", async (path) => {
    const { get, server } = await running();
    const document = await (await fetch(`${server.url}/openapi.json`)).json();
    const answer = await get(path);
    const body = await answer.json();
    expect([answer.status, body.message]).toEqual([200, undefined]);
    const pattern = path.replace(/\?.*/, "").replace("/shop/", "/{id}/").replace("/s1", "/{id}");
    const { $ref } = document.paths[pattern].get.responses[200].content["application/json"].schema;
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(document, "api");
    expect(ajv.validate({ $ref: `api${$ref}` }, body), ajv.errorsText()).toBe(true);
  });

  test("asks the store for the days of the site's own calendar", async () => {
    const { get, store, clock } = await running();
    // 23:30 UTC is half past midnight in Paris.
    clock.now = Date.UTC(2026, 10, 30, 23, 30);
    const today = "2026-12-01";
    for (const [query, range] of [
      ["", { from: "2026-11-02", to: today }],
      ["?period=day", { from: today, to: today }],
      ["?period=7d", { from: "2026-11-25", to: today }],
      ["?period=30d", { from: "2026-11-02", to: today }],
      ["?period=month", { from: today, to: today }],
      ["?from=2024-02-29&to=2024-03-01", { from: "2024-02-29", to: "2024-03-01" }],
    ] as const) {
      expect((await get(`/v1/sites/shop/bots${query}`)).status).toBe(200);
      expect(store.asked.at(-1)).toEqual({ name: "bots", query: { site: "shop", range, filters: [], now: clock.now } });
    }
  });

  test("compares a summary with what was just before, and others with nothing, unless it is told to", async () => {
    const { get, store } = await running();
    const compared = async (question: string) => {
      expect((await get(`/v1/sites/shop/${question}`)).status).toBe(200);
      return (store.asked.at(-1)?.query as { readonly compare?: object } | undefined)?.compare;
    };
    const days = "from=2026-11-10&to=2026-11-20";
    const before = { from: "2026-10-30", to: "2026-11-09" };
    expect(await compared(`summary?${days}`)).toEqual(before);
    expect(await compared(`summary?${days}&compare=none`)).toBeUndefined();
    expect(await compared(`series?${days}`)).toBeUndefined();
    expect(await compared(`series?${days}&compare=previous`)).toEqual(before);
    expect(await compared(`heatmap?page=/&${days}`)).toBeUndefined();
    expect(await compared(`heatmap?page=/&${days}&compare=previous`)).toEqual(before);
  });

  test("hands filters and the rest on as they were typed", async () => {
    const { get, store } = await running();
    const filters = [
      ["is", "source", ["google", "bing"]],
      ["contains", "page", ["/docs"]],
    ];
    const answer = await get(
      `/v1/sites/shop/breakdown?dimension=page&search=a%26b&limit=7&filters=${encodeURIComponent(JSON.stringify(filters))}`,
    );
    expect(answer.status).toBe(200);
    expect(store.asked.at(-1)?.query).toMatchObject({
      ...{ dimension: "page", search: "a&b", sort: "visitors", limit: 7, cursor: null, filters },
    });
  });

  test("draws one day by the hour and more by the day when nothing is said", async () => {
    const { get } = await running();
    const interval = async (query: string) => (await (await get(`/v1/sites/shop/series?${query}`)).json()).interval;
    expect(await interval("period=day")).toBe("hour");
    expect(await interval("period=7d")).toBe("day");
    expect(await interval("period=7d&interval=hour")).toBe("hour");
    expect((await get("/v1/sites/shop/series?interval=hour&from=2026-01-01&to=2026-03-01")).status).toBe(400);
  });

  test.each([
    ["summary?perod=7d", "perod", "period"],
    ["summary?metric=visits", "metric", "period"],
    ["breakdown?dimension=sources", "dimension", "source"],
    ["breakdown?dimension=page&sort=visit", "sort", "visits"],
    ["series?metric=pageviews", "metric", "pageViews"],
    ["heatmap?page=/&kind=clicks", "kind", "click"],
    ["summary?period=30", "period", "30d"],
    ['summary?filters=[["is","sorce",["a"]]]', "filters/0/1", "source"],
    ['summary?filters=[["isnot","source",["a"]]]', "filters/0/0", "is_not"],
    ["summary?compare=previos", "compare", "previous"],
    ["events?type=goals", "type", "goal"],
    ["properties?keys=plan", "keys", "key"],
    ["errors?sort=latest", "sort", "last"],
    ["journeys?page=/&windov=2", "windov", "page"],
    ['funnel?steps=[["page","/"],["events","a"]]', "steps/1/0", "event"],
    ["summary?match=weekdays", "match", "weekday"],
    ["sessions?bots=crawlers", "bots", "crawler"],
    ["heatmap?page=/&bots=all", "bots", "bucket"],
  ])("refuses %s and names the nearest right one", async (query, path, near) => {
    const { get } = await running();
    const answer = await get(`/v1/sites/shop/${query}`);
    const body = await answer.json();
    expect([answer.status, body.code]).toEqual([400, "query_invalid"]);
    expect(body.details[0].path).toBe(path);
    expect(body.message).toMatch(new RegExp(`(did you mean|there are) .*\\b${near}\\b`));
  });

  test.each([
    "breakdown",
    "heatmap?kind=click",
    "breakdown?dimension=",
    "breakdown?dimension=page&limit=0",
    "breakdown?dimension=page&limit=1001",
    "breakdown?dimension=page&limit=1e2",
    "breakdown?dimension=page&limit=%201",
    "breakdown?dimension=page&cursor=",
    "summary?from=2026-11-01",
    "summary?to=2026-11-01",
    "summary?from=2026-11-02&to=2026-11-01",
    "summary?from=2026-02-30&to=2026-03-01",
    "summary?from=yesterday&to=today",
    "summary?from=0000-01-01&to=0000-01-02&compare=year",
    "summary?from=1969-12-31&to=1970-01-02",
    "summary?compare=9999-12-30..9999-12-31&match=weekday",
    "summary?from=2020-01-01&to=2026-01-01",
    "summary?from=2026-11-01&to=2026-11-02&period=7d",
    "summary?period=7d&period=day",
    "summary?filters=",
    "summary?filters={}",
    "summary?filters=[1]",
    'summary?filters=[["is","source",[]]]',
    'summary?filters=[["is","source",[1]]]',
    'summary?filters=[["is","source","google"]]',
    "summary?compare=2026-11-02..2026-11-01",
    "summary?compare=2026-11-01..2026-02-30",
    "summary?compare=2020-11-01..2026-02-28",
    "series?interval=hour&period=day&compare=2026-01-01..2026-03-01",
    "breakdown?dimension=page&compare=year",
    "funnel",
    "funnel?steps=[]",
    'funnel?steps=[["page","/"]]',
    'funnel?steps=[["page","/"],["page"]]',
    'funnel?steps=[["page","/"],["page",""]]',
    'funnel?steps=[["page","/"],["page","/a","/b"]]',
    'funnel?steps=[["page","/"],null]',
    'funnel?steps=[["page","/"],[{"toString":1,"valueOf":1},"/"]]',
    `funnel?steps=${JSON.stringify(Array(9).fill(["page", "/"]))}`,
    'funnel?steps=[["page","/"],["page","/a"]]&window=91',
    "retention?interval=day&from=2026-01-01&to=2026-03-02",
    "retention?interval=year",
    "journeys",
    "journeys?page=/&limit=101",
    "realtime?period=day",
    "summary?__proto__=1",
    "summary?constructor=1",
    "heatmap?page=/&bucket=500",
  ])("refuses %s", async (query) => {
    const { get, store } = await running();
    const answer = await get(`/v1/sites/shop/${query}`);
    expect([answer.status, (await answer.json()).code]).toEqual([400, "query_invalid"]);
    expect(store.asked).toEqual([]);
  });

  test("answers 304 while nothing has changed but the time", async () => {
    const { get, post, clock, collector } = await running();
    const path = "/v1/sites/shop/summary";
    const first = await get(path);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^W\//);
    clock.now += 1_000;
    const same = await get(path, readKey, { "if-none-match": tag });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    await post(envelopeOf());
    await collector.settled();
    expect((await get(path, readKey, { "if-none-match": tag })).status).toBe(200);
  });

  test("answers 503 while the store is away", async () => {
    const { get, store } = await running();
    store.reachable = false;
    const answer = await get("/v1/sites/shop/summary");
    expect([answer.status, (await answer.json()).code]).toEqual([503, "unavailable"]);
  });

  test("tells nothing of what went wrong inside", async () => {
    const { get, store } = await running();
    Object.assign(store.queries, { summary: () => Promise.reject(new Error("SELECT secret FROM path")) });
    const answer = await get("/v1/sites/shop/summary");
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).toContain('"internal"');
    expect(text).not.toContain("secret");
  });
});

describe("read keys", () => {
  const paths = ["/v1/sites", "/v1/sites/shop/summary", "/v1/sites/nowhere/summary", "/v1/sessions/s1"];

  test.each(paths)("are asked for at %s before anything else", async (path) => {
    const { get, server } = await running();
    for (const answer of [
      await get(path, null),
      await get(path, `rd_${"z".repeat(32)}`),
      await get(path, "rd_short"),
      await fetch(server.url + path, { headers: { authorization: `Basic ${readKey}` } }),
      await get(`${path}?nonsense=1`, null),
    ]) {
      expect([answer.status, (await answer.json()).code]).toEqual([401, "token_invalid"]);
      expect(answer.headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  test("open their own site, and tell nothing of whether another exists", async () => {
    const { get } = await running();
    expect((await get("/v1/sites/shop/summary", readKey)).status).toBe(200);
    const [foreign, missing] = await Promise.all(
      ["shop", "nowhere"].map(async (site) => {
        const answer = await get(`/v1/sites/${site}/summary?nonsense=1`, otherReadKey);
        const { requestId: _requestId, ...body } = await answer.json();
        return { status: answer.status, body };
      }),
    );
    expect(foreign?.status).toBe(404);
    expect(foreign).toEqual(missing);
    const [foreignVisit, missingVisit] = await Promise.all(
      ["s1", "s2"].map(async (id) => {
        const { requestId: _requestId, ...body } = await (await get(`/v1/sessions/${id}`, otherReadKey)).json();
        return body;
      }),
    );
    expect(foreignVisit.code).toBe("not_found");
    expect(foreignVisit).toEqual(missingVisit);
  });

  test("list the sites that they open, the operator's all", async () => {
    const { get } = await running();
    const sites = async (key: string) =>
      (await (await get("/v1/sites", key)).json()).sites.map(({ id }: { id: string }) => id);
    expect(await sites(readKey)).toEqual(["shop"]);
    expect(await sites(operatorKey)).toEqual(["blog", "shop"]);
    expect((await get("/v1/sites/blog/summary", operatorKey)).status).toBe(200);
  });

  test("that are wrong too often lock their address out for a while", async () => {
    const { get, clock } = await running({ failuresPerMinute: 3 });
    for (let i = 0; i < 3; i++) expect((await get("/v1/sites", `rd_${"z".repeat(32)}`)).status).toBe(401);
    const locked = await get("/v1/sites");
    expect([locked.status, (await locked.json()).code]).toEqual([429, "rate_limited"]);
    clock.now += Number(locked.headers.get("retry-after")) * 1_000;
    expect((await get("/v1/sites")).status).toBe(200);
  });
});
