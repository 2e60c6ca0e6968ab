import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type OtlpTargetOptions, otlp, otlpChecks } from "../../src/target/otlp.js";
import type { TargetRequest } from "../../src/target/target.js";
import { backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";

const optionsOf = (url: string, more: Partial<OtlpTargetOptions> = {}): OtlpTargetOptions => ({
  type: "otlp",
  url,
  ...more,
});

interface Record {
  readonly eventName: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly [field: string]: unknown;
}

const scopesOf = ({ body }: Seen) =>
  JSON.parse(body).resourceLogs.map(
    ({ resource, scopeLogs }: { resource: object; scopeLogs: { scope: object; logRecords: Record[] }[] }) => ({
      resource,
      scope: scopeLogs[0]?.scope,
      records: scopeLogs[0]?.logRecords,
    }),
  );

const recordsOf = (seen: Seen): readonly Record[] =>
  scopesOf(seen).flatMap(({ records }: { records: Record[] }) => records);

const custom = (name: string, t = 0) => ({ type: "custom", t, name }) as const;

describe("what the vendor's own exporter sends", () => {
  test("is what a relay sends of the same event", async () => {
    const props = { plan: "pro", seats: 3, price: 4.5, ok: true, tags: ["a", "b"], nested: { deep: { er: 1 } } };
    const theirs = await backend();
    const exporter = new OTLPLogExporter({ url: `${theirs.url}/v1/logs`, headers: { authorization: "Bearer x" } });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor(exporter)] });
    const event = sealedBatchOf({ session: "s1", user: "u1", events: [{ ...custom("signup", 7), props }] });
    provider.getLogger("isotherm").emit({
      eventName: "signup",
      body: "signup",
      timestamp: new Date(fixtureTime + 7),
      observedTimestamp: new Date(fixtureTime + 1_000),
      severityNumber: 9,
      severityText: "INFO",
      attributes: {
        ...props,
        "log.record.uid": event.id,
        "session.id": "s1",
        "user.id": "u1",
        "url.full": pageOf().url,
        "browser.language": "en-GB",
        "user_agent.original": edgeOf().ua,
        "isotherm.type": "custom",
        "isotherm.visitor": edgeOf().visitor,
      },
    });
    await provider.shutdown();
    await expect.poll(() => theirs.seen.length).toBe(1);

    const ours = await backend();
    const headers = { authorization: "Bearer x" };
    const { append, settled } = await forwarding(otlp(optionsOf(`${ours.url}/`, { headers })));
    await append([event]);
    await settled();

    const [their, our] = [theirs.seen[0], ours.seen[0]] as [Seen, Seen];
    expect([our.method, our.path]).toEqual([their.method, their.path]);
    for (const name of ["content-type", "authorization"]) expect(our.headers[name]).toBe(their.headers[name]);
    const shape = (seen: Seen) =>
      scopesOf(seen).map(({ scope, records }: { scope: { name: string }; records: Record[] }) => ({
        scope: scope.name,
        records: records.map(({ droppedAttributesCount: _dropped, ...record }) => record),
      }));
    expect(shape(our)).toEqual(shape(their));
    const names = ({ resource }: { resource: { attributes: { key: string; value: object }[] } }) =>
      resource.attributes.filter(({ key }) => key === "service.name").map(({ value }) => Object.keys(value));
    expect(scopesOf(our).map(names)).toEqual(scopesOf(their).map(names));
  });
});

describe("a request", () => {
  test("holds every event type under its name", async () => {
    const there = await backend();
    const events = Object.values(fixtures);
    const target = otlp(
      optionsOf(there.url, { serviceName: "web", events: { types: events.map(({ type }) => type) } }),
    );
    const { append, settled } = await forwarding(target);
    await append([sealedBatchOf({ events })]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 0 });
    const [scope] = scopesOf(there.seen[0] as Seen);
    expect(scope).toMatchObject({
      resource: { attributes: [{ key: "service.name", value: { stringValue: "web" } }] },
      scope: { name: "isotherm" },
    });
    const said = recordsOf(there.seen[0] as Seen).map(({ eventName, severityText, attributes }) => [
      eventName,
      severityText,
      attributes
        .map(({ key }) => key)
        .slice(
          0,
          attributes.findIndex(({ key }) => key === "log.record.uid"),
        )
        .join(" "),
    ]);
    expect(said).toEqual([
      ["page", "INFO", "isotherm.title isotherm.referrer isotherm.navigation"],
      ["click", "INFO", "n x y el ex ey fixed box kb rage out file btn"],
      ["dead", "INFO", "of"],
      ["move", "INFO", "path"],
      ["scroll", "INFO", "path max el"],
      ["attention", "INFO", "bands engaged"],
      ["input", "INFO", "el act"],
      ["keyboard", "INFO", "cat"],
      ["signup", "INFO", "plan seats tags"],
      ["purchase", "INFO", "value currency"],
      ["vital", "INFO", "name value rating"],
      ["error", "ERROR", "exception.message exception.stacktrace code.file.path code.line.number code.column.number"],
      ["identify", "INFO", "tier"],
      ["exposure", "INFO", "experiment variant"],
      ["snapshot", "INFO", "ref"],
    ]);
  });

  test("holds no number that 64 bits cannot, and nobody's name in place of ours", async () => {
    const there = await backend();
    const { append, settled } = await forwarding(otlp(optionsOf(there.url)));
    await append([sealedBatchOf({ events: [{ ...custom("a"), props: { huge: 1e300, "url.full": "elsewhere" } }] })]);
    await settled();
    const { attributes = [] } = recordsOf(there.seen[0] as Seen)[0] ?? {};
    expect(attributes).toContainEqual({ key: "huge", value: { doubleValue: 1e300 } });
    expect(attributes.filter(({ key }) => key === "url.full")).toEqual([
      { key: "url.full", value: { stringValue: pageOf().url } },
    ]);
  });

  test.each([
    [true, "203.0.113.7"],
    [false, undefined],
  ])("tells the visitor's address only where that was chosen: %s", async (sendAddress, expected) => {
    const there = await backend();
    const target = otlp(optionsOf(there.url, { sendAddress }));
    expect(target.needsAddress).toBe(sendAddress);
    const { append, settled } = await forwarding(target);
    await append([sealedBatchOf({ events: [custom("a")] })], "203.0.113.7");
    await settled();
    const value = recordsOf(there.seen[0] as Seen)[0]?.attributes.find(({ key }) => key === "client.address")?.value;
    expect(value).toEqual(expected && { stringValue: expected });
    expect(there.seen[0]?.body.includes("203.0.113")).toBe(sendAddress);
  });

  test("holds at most 1,000 events", async () => {
    const there = await backend();
    const { append, settled } = await forwarding(otlp(optionsOf(there.url)));
    const events = Array.from({ length: 600 }, (_, i) => custom(`e${i}`));
    await append([sealedBatchOf({ events }), sealedBatchOf({ events })]);
    expect(await settled()).toMatchObject({ forwarded: 2 });
    expect(there.seen.map((seen) => recordsOf(seen).length).toSorted((a, b) => a - b)).toEqual([200, 1_000]);
  });
});

describe("an answer", () => {
  const partial = (rejectedLogRecords: unknown, errorMessage = "secret") => ({
    partialSuccess: { rejectedLogRecords, errorMessage },
  });
  const request = { entries: [{ event: 0 }, { event: 1 }, { event: 2 }] } as unknown as TargetRequest<never>;
  const answer = (status: number, body: string, headers: { readonly [name: string]: string } = {}) =>
    otlp(optionsOf("http://127.0.0.1:4318")).classify(
      { status, header: (name) => headers[name], body: new TextEncoder().encode(body) },
      request,
    );

  test.each([
    [200, "{}", { kind: "ok" }],
    [200, "", { kind: "ok" }],
    [202, "accepted", { kind: "ok" }],
    [200, JSON.stringify(partial(0, "careful")), { kind: "ok" }],
    [200, JSON.stringify({ partialSuccess: {} }), { kind: "ok" }],
    [200, JSON.stringify({ partialSuccess: null }), { kind: "ok" }],
    [200, " <!doctype html>", { kind: "stopped", reason: "answers 200 with a page, as no receiver of logs does" }],
    [302, "", { kind: "stopped" }],
    [400, "secret", { kind: "refused", code: "status_400", message: "answers 400" }],
    [400, "<html>", { kind: "stopped" }],
    [500, "<html>", { kind: "retry" }],
    [401, "", { kind: "stopped", reason: "answers 401" }],
    [403, "", { kind: "stopped" }],
    [404, "", { kind: "stopped" }],
    [408, "", { kind: "refused", code: "status_408" }],
    [413, "", { kind: "refused", code: "status_413" }],
    [415, "", { kind: "stopped" }],
    [429, "", { kind: "retry", afterMs: 7_000 }],
    [500, "", { kind: "refused", code: "status_500" }],
    [501, "", { kind: "refused", code: "status_501" }],
    [502, "", { kind: "unknown", afterMs: 7_000 }],
    [503, "", { kind: "retry", afterMs: 7_000 }],
    [504, "", { kind: "unknown", afterMs: 7_000 }],
  ])("%i %j means what it means", (status, body, expected) => {
    expect(answer(status, body, { "retry-after": "7" })).toMatchObject(expected);
  });

  test.each([500, 408, 400])("%i goes again where that was chosen", (status) => {
    const target = otlp(optionsOf("http://127.0.0.1:4318", { retried: [status] }));
    const response = { status, header: () => undefined, body: new Uint8Array(0) };
    expect(target.classify(response, request)).toEqual({ kind: "retry", reason: `answers ${status}` });
  });

  test.each([
    ["2", "records_partly_rejected", 2],
    [2, "records_partly_rejected", 2],
    ["3", "records_rejected", 3],
  ])("that rejects %j of three records puts all aside, because it names none", (rejected, code, count) => {
    const message = `the receiver rejected ${count} of the 3 events in this request and names none of them`;
    expect(answer(200, JSON.stringify(partial(rejected)))).toEqual({
      kind: "partial",
      refused: request.entries.map((entry) => ({ entry, code, message })),
    });
  });
});

test("what was rejected is never sent again; what had no answer is, and counts as doubtful", async () => {
  const there = await backend();
  there.reply = (attempt, { body }) =>
    attempt < 3
      ? { status: 503 }
      : attempt === 3
        ? { status: 504 }
        : { status: 200, body: body.includes('"bad"') ? { partialSuccess: { rejectedLogRecords: "1" } } : {} };
  const { append, settled, letters } = await forwarding(otlp(optionsOf(there.url, { concurrency: 1 })));
  await append([sealedBatchOf({ events: [custom("a")] })]);
  expect(await settled()).toMatchObject({ forwarded: 1, dead: 0, maybeDuplicate: 1 });
  expect(there.seen).toHaveLength(4);
  expect(new Set(there.seen.map(({ body }) => body)).size).toBe(1);
  await append([sealedBatchOf({ events: [custom("bad"), custom("b")] })]);
  expect(await settled()).toMatchObject({ forwarded: 1, dead: 1 });
  expect(there.seen).toHaveLength(5);
  expect(letters).toMatchObject([
    { code: "records_partly_rejected", event: 0 },
    { code: "records_partly_rejected", event: 1 },
  ]);
});

test.each([
  [{ url: "127.0.0.1:4318" }, "targets[0].url: write the receiver's base address"],
  [{ serviceName: "" }, "targets[0].serviceName: write the service's name"],
  [{ retried: ["500"] as unknown as number[] }, "targets[0].retried: write a list of statuses"],
  [{ headers: { "a b": "x" } }, "targets[0].headers: one has a name that is none"],
  [{ headers: { "Content-Type": "x" } }, "targets[0].headers.Content-Type: is written by the relay"],
  [{ headers: { authorization: "hush\n" } }, "targets[0].headers.authorization: must be one line"],
])("%j is refused by name, without the secret in it", (more, expected) => {
  const options = optionsOf("http://127.0.0.1:4318", more);
  expect(() => otlpChecks(options, optionCheck("targets[0]"))).toThrow(expected);
  expect(() => otlpChecks(options, optionCheck("targets[0]"))).not.toThrow(/hush/);
});
