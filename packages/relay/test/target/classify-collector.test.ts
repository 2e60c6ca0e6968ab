import { sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { classifyCollector } from "../../src/target/classify-collector.js";
import type { Item, TargetRequest } from "../../src/target/target.js";
import type { BackendResponse } from "../../src/transport/transport.js";

const nothing = new Uint8Array(0);
const item = (id: string): Item => ({
  id,
  position: 1,
  kind: "batch",
  key: "pk_a",
  site: "s",
  receivedAt: 1,
  batch: new TextEncoder().encode(JSON.stringify(sealedBatchOf())),
  gone: nothing,
});
const entries = ["a", "b", "c"].map((id) => ({ item: item(id) }));
const request: TargetRequest = {
  url: "http://collector.example/v1/batches",
  headers: {},
  body: nothing,
  entries,
  batchIds: ["a", "b", "c"],
};
const response = (status: number, body: unknown = "", headers: Record<string, string> = {}): BackendResponse => ({
  status,
  header: (name) => headers[name],
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});
const kind = (...args: Parameters<typeof response>): string => classifyCollector(response(...args), request).kind;

describe("a collector's answer", () => {
  test.each([
    [204, "ok"],
    [401, "stopped"],
    [403, "stopped"],
    [404, "stopped"],
    [405, "stopped"],
    [408, "retry"],
    [415, "stopped"],
    [418, "stopped"],
    [425, "retry"],
    [429, "retry"],
    [500, "retry"],
    [502, "retry"],
    [503, "retry"],
    [301, "stopped"],
    [308, "stopped"],
  ])("%i means %s", (status, expected) => {
    expect(kind(status)).toBe(expected);
  });

  test("refuses batches in a collector's own words alone", () => {
    const says = (status: number, code: string): unknown => {
      const error = { error: "no", code, message: "not like this", requestId: "r" };
      return classifyCollector(response(status, error), request);
    };
    const message = (status: number, code: string): string => `answers ${status} ${code}: not like this`;
    expect(says(400, "envelope_invalid")).toEqual({
      kind: "refused",
      code: "status_400",
      message: message(400, "envelope_invalid"),
    });
    expect(says(413, "body_too_large")).toEqual({
      kind: "refused",
      code: "body_too_large",
      message: message(413, "body_too_large"),
    });
    expect(says(400, "bad_gateway")).toMatchObject({ kind: "stopped" });
    expect(says(422, "envelope_invalid")).toMatchObject({ kind: "stopped" });
  });

  test.each([400, 413, 422])("stops at a %i that something in front of it gives", (status) => {
    const alone = { ...request, entries: entries.slice(0, 1), batchIds: ["a"] };
    const page = "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>";
    for (const body of [page, "", { statusCode: status, error: "Bad Request" }]) {
      const verdict = classifyCollector(response(status, body), alone);
      expect(verdict).toMatchObject({
        kind: "stopped",
        reason: expect.stringContaining(`answers ${status}, but not in`),
      });
      // What is too large for a proxy may pass in parts.
      expect(kind(status, body)).toBe(status === 413 ? "refused" : "stopped");
    }
  });

  test("is not believed when it is a 200, as web servers give for any page", () => {
    expect(kind(200, "<!doctype html>")).toBe("stopped");
    expect(kind(200, { accepted: 3, duplicate: 0, rejected: [] })).toBe("stopped");
    expect(kind(202, "<!doctype html>")).toBe("stopped");
    expect(kind(202, { accepted: "3" })).toBe("stopped");
  });

  test("holds back the batches of a key that the collector does not know, and those alone", () => {
    const unknown = { code: "key_unknown", message: "no site has this key" };
    expect(classifyCollector(response(401, unknown), request)).toEqual({
      kind: "held",
      reason: "answers 401 key_unknown: no site has this key (pk_a)",
    });
    expect(kind(401, { code: "signature_invalid" })).toBe("stopped");
  });

  test("takes a 202 for what it says, when that adds up", () => {
    expect(kind(202, { accepted: 2, duplicate: 1, rejected: [] })).toBe("ok");
    const rejected = [
      { id: "b", code: "batch_invalid", message: "wrong" },
      { id: "#2", code: "batch_too_large", message: "large" },
    ];
    expect(classifyCollector(response(202, { accepted: 1, duplicate: 0, rejected }), request)).toEqual({
      kind: "partial",
      refused: [
        { entry: entries[1], code: "batch_invalid", message: "wrong" },
        { entry: entries[2], code: "batch_too_large", message: "large" },
      ],
    });
    expect(kind(202, { accepted: 1, duplicate: 0, rejected: [] })).toBe("retry");
  });

  test.each([
    ["an id that was not sent", 202, { accepted: 2, duplicate: 0, rejected: [{ id: "d" }] }],
    ["a place that was not sent", 202, { accepted: 2, duplicate: 0, rejected: [{ id: "#3" }] }],
    ["a place that is none", 202, { accepted: 2, duplicate: 0, rejected: [{ id: "#x" }] }],
    ["one batch twice", 202, { accepted: 1, duplicate: 0, rejected: [{ id: "b" }, { id: "#1" }] }],
  ])("tries again what was answered with a rejection of %s", (_, status, body) => {
    expect(kind(status, body)).toBe("retry");
  });

  test.each([[{ accepted: 5, duplicate: -2, rejected: [] }], [{ accepted: 1.5, duplicate: 1.5, rejected: [] }]])(
    "believes no number that counts nothing: %j",
    (body) => {
      expect(kind(202, body)).toBe("retry");
    },
  );

  test("takes no offence at a rejection of what only went along", () => {
    const discards = { ...request, entries: entries.slice(0, 1), batchIds: ["a", "carried"] };
    const rejected = [{ id: "carried", code: "batch_invalid", message: "old" }];
    expect(classifyCollector(response(202, { accepted: 1, duplicate: 0, rejected }), discards)).toEqual({ kind: "ok" });
  });

  test("says how long to wait, in seconds or as a date by the answer's own clock", () => {
    const wait = (headers: Record<string, string>): unknown => classifyCollector(response(429, "", headers), request);
    const date = "Sat, 21 Nov 2026 09:00:00 GMT";
    expect(wait({ "retry-after": "7" })).toMatchObject({ afterMs: 7_000 });
    expect(wait({ "retry-after": "Sat, 21 Nov 2026 09:01:00 GMT", date })).toMatchObject({ afterMs: 60_000 });
    expect(wait({ "retry-after": "Sat, 21 Nov 2026 08:00:00 GMT", date })).toMatchObject({ afterMs: 0 });
    expect(wait({ "retry-after": "99999999" })).toMatchObject({ afterMs: 3_600_000 });
    expect(wait({ "retry-after": "soon" })).not.toHaveProperty("afterMs");
    expect(wait({})).not.toHaveProperty("afterMs");
  });

  test("names code and message of an error in our shape, and nothing of other bodies", () => {
    const said = { code: "signature_invalid", message: "webhook-timestamp is old" };
    expect(classifyCollector(response(401, said), request)).toEqual({
      kind: "stopped",
      reason: "answers 401 signature_invalid: webhook-timestamp is old",
    });
    expect(classifyCollector(response(500, "<b>secret</b>"), request)).toEqual({
      kind: "retry",
      reason: "answers 500",
    });
    expect(classifyCollector(response(301, "", { location: "https://x.example/" }), request)).toEqual({
      kind: "stopped",
      reason: "answers 301: it redirects to https://x.example/",
    });
  });
});
