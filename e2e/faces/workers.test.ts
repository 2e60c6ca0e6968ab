import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { expect, onTestFinished, test } from "vitest";
import { type StandIn, standIn } from "../../packages/relay/test/kit/stand-in.js";
import { freePort } from "../kit/free-port.js";
import { root, start } from "../kit/process.js";
import { expectFace } from "./expect-face.js";
import { binaryOf } from "./runtime.js";

const workerd = binaryOf("WORKERD");

/** The example's Worker in one file, as wrangler would upload it. */
async function bundle(): Promise<string> {
  const warnings: string[] = [];
  const build = await rollup({
    input: join(root, "examples/workers/worker.js"),
    plugins: [nodeResolve({ exportConditions: ["workerd", "worker"], browser: true })],
    onwarn: ({ message }) => void warnings.push(message),
  });
  const { output } = await build.generate({ format: "es" });
  await build.close();
  expect(warnings).toEqual([]);
  expect(output.map(({ fileName }) => fileName)).toEqual(["worker.js"]);
  expect(output[0].imports).toEqual([]);
  return output[0].code;
}

/** Runs it in Cloudflare's own runtime, without compatibility flags: nothing of Node is there. */
async function startWorker(code: string, collector: StandIn): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-workers-"));
  const port = await freePort();
  const bindings = { COLLECTOR_URL: collector.url, RELAY_KEY_ID: collector.keyId, RELAY_SECRET: collector.secrets[0] };
  writeFileSync(join(folder, "worker.js"), code);
  // https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [${Object.entries(bindings).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)}],
);`,
  );
  const running = start(workerd ?? "", ["serve", "--verbose", "config.capnp"], folder);
  onTestFinished(async () => {
    // It has nothing to put away, and would wait for the request that was cut off.
    await running.stop("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(() =>
      fetch(`${url}/health/live`).then(
        ({ status }) => status,
        () => running.output(),
      ),
    )
    .toBe(200);
  return url;
}

const send = (url: string, batch: Batch, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/f3k9q2w7`, {
    method: "POST",
    headers: { origin: "https://shop.example" },
    body: JSON.stringify(envelopeOf({ batches: [batch] })),
    ...(signal !== undefined && { signal }),
  });

test.runIf(workerd)("a Worker, where nothing of Node is, answers once the collector has a batch", async () => {
  const collector = await standIn();
  const url = await startWorker(await bundle(), collector);
  const platform = { "cf-connecting-ip": "203.0.113.7" };
  await expectFace({ intake: `${url}/f3k9q2w7`, platform, ip: "203.0.113.0", durable: false }, collector);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
    ready: true,
    journal: { durability: "upstream" },
    targets: { isotherm: { state: "running" } },
  });
  expect((await fetch(url)).status).toBe(404);

  // What a request has begun ends with it: nobody may wait for that.
  collector.next = () => "hang";
  const before = collector.envelopes.length;
  const impatient = new AbortController();
  const cut = send(url, batchOf({ at: Date.now() }), impatient.signal);
  await expect.poll(() => collector.envelopes.length).toBe(before + 1);
  impatient.abort();
  await expect(cut).rejects.toThrow();
  collector.next = () => "take";
  const next = batchOf({ at: Date.now() });
  expect((await send(url, next)).status).toBe(204);
  expect(collector.stored.has(next.id)).toBe(true);
});
