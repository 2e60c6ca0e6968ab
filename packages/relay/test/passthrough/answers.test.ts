import type { PassthroughOptions } from "@isotherm/relay";
import { describe, expect, test } from "vitest";
import type { Reply } from "../kit/backend.js";
import { delivered, through } from "../kit/through.js";
import { until } from "../kit/until.js";

const page: Reply = { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><p>Please log in" };
const requests = {
  posthog: ["/e/?ip=1", '{"event":"x","properties":{}}'],
  plausible: ["/api/event", "{}"],
  umami: ["/api/send", '{"type":"event","payload":{}}'],
  none: ["/collect", "{}"],
} as const;
type Name = keyof typeof requests;
const options = (name: Name): Partial<PassthroughOptions> =>
  name === "none" ? { durable: ["POST /collect"], name } : { preset: name };

describe("a pass-through", () => {
  test.each<[Name, string, Reply]>([
    ["posthog", "a login page", page],
    ["posthog", "no body", { status: 204 }],
    ["posthog", "that its quota is used up", { status: 200, body: { status: 1, quota_limited: ["events"] } }],
    ["posthog", "a proxy's refusal", { ...page, status: 400 }],
    ["posthog", "somebody's 401", { status: 401, body: "who are you?" }],
    ["plausible", "a login page", page],
    ["plausible", "somebody's 204", { status: 204 }],
    ["umami", "a login page", page],
    ["umami", "another's JSON", { status: 200, body: { ok: 1 } }],
    ["none", "a login page", page],
  ])("keeps everything, and stops, where %s answers with %s", async (name, _, reply) => {
    const set = await through(options(name));
    const [below, body] = requests[name];
    set.there.reply = () => reply;
    await set.send(below, { body });
    const health = await until(
      async () => (await set.relay.health()).passthroughs[name],
      (it) => it?.state === "stopped",
    );
    expect(health).toMatchObject({ forwarded: 0, waiting: 1 });
  });

  test.each<[Name, string, string, Reply, string | undefined]>([
    ["posthog", "to a beacon", "/e/?beacon=1", { status: 204 }, undefined],
    [
      "posthog",
      "of recordings over their quota",
      "/s/",
      { status: 200, body: { quota_limited: ["recordings"] } },
      undefined,
    ],
    ["posthog", "about a wrong key", "/e/", { status: 401, body: "API key is not valid: not_ascii" }, "key_invalid"],
    [
      "posthog",
      "about a missing key",
      "/e/",
      { status: 401, body: "event submitted without an api_key" },
      "key_invalid",
    ],
    ["posthog", "about an event", "/e/", { status: 400, body: "request holds no event" }, "status_400"],
    ["posthog", "about a size", "/e/", { ...page, status: 413 }, "status_413"],
    ["none", "about an address", "/collect?q", { ...page, status: 414 }, "status_414"],
    ["none", "about itself", "/collect", { ...page, status: 400 }, "status_400"],
    [
      "umami",
      "about a website",
      "/api/send",
      { status: 400, body: { error: { message: "Website not found." } } },
      "site_unknown",
    ],
    ["umami", "about a bot", "/api/send", { status: 200, body: { beep: "boop" } }, "bot"],
    [
      "umami",
      "about an error report",
      "/api/send",
      { status: 200, body: { ok: false, reason: "errors_disabled" } },
      "error_refused",
    ],
  ])("goes on after an answer that speaks of one request alone: %s's %s", async (name, _, below, reply, code) => {
    const letters: { code?: string }[] = [];
    const log = { info() {}, error() {}, warn: (fields: object) => void letters.push(fields) };
    const set = await through(options(name), { log });
    const [next, body] = requests[name];
    const { reply: takes } = set.there;
    set.there.reply = (attempt, seen) => (attempt === 1 ? reply : takes(attempt, seen));
    await set.send(below, { body });
    await set.send(next, { body });
    await delivered(set);
    expect((await set.relay.ledger()).passthroughs[name]?.backend).toMatchObject(
      code === undefined ? { forwarded: 2, dead: 0 } : { forwarded: 1, dead: 1 },
    );
    expect(letters.flatMap((it) => it.code ?? [])).toEqual(code === undefined ? [] : [code]);
  });

  test.each(["posthog", "plausible", "umami", "none"] as const)(
    "counts as doubt what a gateway says of %s, which may have taken it",
    async (name) => {
      const set = await through(options(name));
      const { reply: takes } = set.there;
      set.there.reply = (attempt, seen) => (attempt < 3 ? { status: 500 + 2 * attempt } : takes(attempt, seen));
      const [below, body] = requests[name];
      await set.send(below, { body });
      await delivered(set);
      expect((await set.relay.ledger()).passthroughs[name]?.backend).toMatchObject({ forwarded: 1, maybeDuplicate: 1 });
    },
  );
});
