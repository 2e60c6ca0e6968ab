import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { SummaryAnswer } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { isotherm, root, start } from "../kit/process.js";
import { until } from "../kit/until.js";

const origin = "https://shop.example";
const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** The examples of a collector in another server, and how each is started in its folder. */
const examples: { readonly [name: string]: { readonly args: readonly string[]; readonly passesOn: boolean } } = {
  "collector-express": { args: ["server.mjs"], passesOn: true },
  "collector-nest": { args: ["--import", "tsx", "main.ts"], passesOn: false },
};

/** A site with its keys, as an operator makes them. */
async function prepared() {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-faces-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const site = { id: "shop", name: "Shop", timeZone: "UTC", origins: [origin] };
  writeFileSync(join(folder, "isotherm.config.json"), JSON.stringify({ sites: [site] }));
  const init = isotherm(["init"], folder);
  expect(await init.ended, init.output()).toBe(0);
  const { readKey } = JSON.parse(readFileSync(join(folder, "isotherm-data/secrets.json"), "utf8"));
  return { data: join(folder, "isotherm-data/collector"), key: /pk_\w+/.exec(init.output())?.[0] ?? "", readKey };
}

describe.each(Object.entries(examples))("the example %s", (name, { args, passesOn }) => {
  test("takes batches and answers below its path, beside what the app does itself, and ends in good order", async () => {
    const { data, key, readKey } = await prepared();
    const run = async () => {
      const running = start(process.execPath, args, join(root, "examples", name), { PORT: "0", DATA: data });
      const [, port] = await running.says(/listening on (\d+)/);
      return { running, app: `http://127.0.0.1:${port}`, stats: `http://127.0.0.1:${port}/stats` };
    };
    const first = await run();
    const { app, stats } = first;
    const send = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${stats}/v1/batches`, {
        method: "POST",
        headers: { origin, "content-type": "text/plain", "user-agent": agent, ...headers },
        body: body as BodyInit,
      });
    const views = async (of: string): Promise<number> => {
      const headers = { authorization: `Bearer ${readKey}` };
      const answer = await fetch(`${of}/v1/sites/shop/summary?period=day`, { headers });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as SummaryAnswer).numbers.pageViews;
    };
    const envelope = (): string => JSON.stringify({ ...envelopeOf({ key }), batches: [batchOf({ at: Date.now() })] });

    expect((await send(envelope())).status).toBe(204);
    expect((await send(gzipSync(envelope()), { "content-encoding": "gzip" })).status).toBe(204);
    await until("both page views", async () => ((await views(stats)) === 2 ? true : null));
    // What the hook refuses was taken, and is not stored.
    expect((await send(envelope(), { "user-agent": "a bot" })).status).toBe(204);
    expect((await send("{")).status).toBe(400);
    expect((await send("x".repeat(1_048_577))).status).toBe(413);

    const dashboard = await fetch(stats);
    expect([dashboard.url, dashboard.status]).toEqual([`${stats}/`, 200]);
    expect(await dashboard.text()).toContain("<title>");
    expect(await (await fetch(app)).text()).toBe("the app's own page");
    const order = await fetch(`${app}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"book":"Emma"}',
    });
    expect(await order.json()).toEqual({ ordered: "Emma" });
    const missing = await fetch(`${stats}/nowhere`);
    expect([missing.status, missing.headers.has("x-request-id")]).toEqual([404, !passesOn]);

    expect((await send(envelope())).status).toBe(204);
    expect(await first.running.stop()).toBe(0);
    const again = await run();
    await until("the third page view", async () => ((await views(again.stats)) === 3 ? true : null));
    expect(await views(again.stats)).toBe(3);
    expect(await again.running.stop()).toBe(0);
  });
});
