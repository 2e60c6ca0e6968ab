import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../kit/free-port.js";
import { listening } from "../kit/listening.js";
import { isotherm } from "../kit/process.js";
import { sender } from "../kit/sender.js";
import { until } from "../kit/until.js";

const key = "pk_0123456789abcdefghijABCD";
const origin = "https://shop.example";
const paths = { intake: "/f3k9q2w7", script: "/h2m4x8b1" };

async function backend(): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const { url, close } = await listening(
    createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.writeHead(202).end();
    }),
  );
  onTestFinished(close);
  return { url, bodies };
}

function folderWith(config: object): string {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-alone-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "isotherm.config.json"), JSON.stringify(config));
  return folder;
}

test("isotherm relay works without a collector, for other backends and for trackers that the page has", async () => {
  const [hook, plausible] = [await backend(), await backend()];
  const port = await freePort();
  const folder = folderWith({
    sites: [{ id: "shop", keys: [key], origins: [origin] }],
    relay: {
      port,
      paths,
      targets: [{ type: "webhook", url: hook.url, secrets: [{ $env: "HOOK_SECRET" }] }],
      passthrough: [{ path: "/q7k2m9x4", to: plausible.url, preset: "plausible" }],
    },
  });
  const relay = isotherm(["relay"], folder, { HOOK_SECRET: newSecret() });
  onTestFinished(async () => void (await relay.stop()));
  await relay.says(/Collector +none/);
  const { send } = sender(`http://127.0.0.1:${port}${paths.intake}`, key, "Mozilla/5.0", origin);
  await send([batchOf({ at: Date.now() })]);
  const event = '{"n":"pageview","u":"https://shop.example/","d":"shop.example"}';
  const answer = await fetch(`http://127.0.0.1:${port}/q7k2m9x4/api/event`, { method: "POST", body: event });
  expect(answer.status).toBe(202);
  await until("both backends to have it", async () => (hook.bodies[0] && plausible.bodies[0] ? true : null));
  const { edge } = (JSON.parse(hook.bodies[0] ?? "") as { data: { edge: object } }).data;
  expect(edge).toMatchObject({ visitor: expect.any(String), ip: "127.0.0.0" });
  expect(edge).not.toHaveProperty("address");
  expect(plausible.bodies).toEqual([event]);
});

test.each([
  [{ sites: [] }, "sites: is missing; without a collector"],
  [{ sites: [{ id: "shop" }] }, "sites[0].keys: is missing; without a collector"],
  [{ sites: [{ id: "shop", keys: ["pk_short"] }] }, "sites[0].keys[0]: must be a public key"],
])("isotherm relay says what is missing: %j", async (config, expected) => {
  const targets = [{ type: "plausible", domain: "shop.example" }];
  const relay = isotherm(["relay"], folderWith({ ...config, relay: { paths, targets } }));
  expect(await relay.ended).toBe(2);
  expect(relay.output()).toContain(expected);
});
