import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { isotherm, mustBeBuilt, type Running, until } from "../process.js";
import { relayAndCollector } from "../relay-and-collector.js";
import { sendBatch, untilReceived } from "../sender.js";
import { temporaryFolder } from "../temporary-folder.js";

beforeAll(mustBeBuilt);

const anyPorts = ["--port", "0", "--collector-port", "0"];

interface Served extends Running {
  readonly relay: string;
  readonly dashboard: string;
  readonly key: string;
  readonly intake: string;
}

async function serve(cwd: string, environment: NodeJS.ProcessEnv = {}): Promise<Served> {
  const running = isotherm(["serve", ...anyPorts], cwd, environment);
  await running.says(/(Ctrl-C stops)/);
  return {
    ...running,
    relay: await running.says(/Relay +(http\S+)/),
    dashboard: await running.says(/Dashboard +(http[^\s#]+)/),
    key: await running.says(/data-key="(pk_\w+)"/),
    intake: await running.says(/data-to="([^"]+)"/),
  };
}

describe("isotherm serve", () => {
  test("makes what it needs in an empty folder, counts a batch, stops at SIGINT, and goes on at the next start", async () => {
    const cwd = temporaryFolder();
    const first = await serve(cwd);
    const readKey = await first.says(/Dashboard +http:\/\/127\.0\.0\.1:\d+\/#key=(rd_\w{32})/);
    expect(statSync(join(cwd, "isotherm-data/secrets.json")).mode & 0o777).toBe(0o600);

    expect(await sendBatch(first.relay + first.intake, first.key)).toBe(204);
    await untilReceived(1, first.dashboard, readKey);
    const [, script, integrity] = /src="([^"]+)" integrity="sha384-([^"]+)"/.exec(first.output()) ?? [];
    const file = await fetch(first.relay + script);
    expect(file.status).toBe(200);
    const digest = await crypto.subtle.digest("SHA-384", await file.arrayBuffer());
    expect(Buffer.from(digest).toString("base64")).toBe(integrity);
    expect((await fetch(first.dashboard)).headers.get("content-type")).toMatch(/text\/html/);

    // The signal comes right after the acknowledgement, before the batch can be anywhere but in the relay's journal.
    expect(await sendBatch(first.relay + first.intake, first.key)).toBe(204);
    first.child.kill("SIGINT");
    expect(await first.ended()).toBe(0);
    expect(first.output()).toMatch(/Stopped\./);

    const second = await serve(cwd);
    expect([second.key, second.intake]).toEqual([first.key, first.intake]);
    expect(second.output()).not.toMatch(/rd_\w{32}/);
    expect(await sendBatch(second.relay + second.intake, second.key)).toBe(204);
    await untilReceived(3, second.dashboard, readKey);
    second.child.kill("SIGTERM");
    expect(await second.ended()).toBe(0);
  }, 60_000);

  test("goes on after it was killed, with everything that was acknowledged", async () => {
    const cwd = temporaryFolder();
    const first = await serve(cwd);
    for (let i = 0; i < 5; i++) expect(await sendBatch(first.relay + first.intake, first.key)).toBe(204);
    first.child.kill("SIGKILL");
    await first.ended();
    const second = await serve(cwd);
    const { readKey } = JSON.parse(readFileSync(join(cwd, "isotherm-data/secrets.json"), "utf8"));
    await untilReceived(5, second.dashboard, readKey);
  }, 60_000);

  test("takes batches while its database is away, where it has run before", async () => {
    const cwd = temporaryFolder();
    const first = await serve(cwd);
    expect(await sendBatch(first.relay + first.intake, first.key)).toBe(204);
    const { readKey } = JSON.parse(readFileSync(join(cwd, "isotherm-data/secrets.json"), "utf8"));
    await untilReceived(1, first.dashboard, readKey);
    first.child.kill("SIGTERM");
    expect(await first.ended()).toBe(0);
    const second = await serve(cwd, { ISOTHERM_COLLECTOR_STORE_URL: "postgres://nobody@127.0.0.1:1/none" });
    expect(second.output()).toMatch(/^warning: collector\.store\.url: .*; going on with the sites and keys/m);
    expect(second.output()).toMatch(/^Database +away$/m);
    expect([second.key, second.intake]).toEqual([first.key, first.intake]);
    expect(await sendBatch(second.relay + second.intake, second.key)).toBe(204);
    // From the relay's journal to that of the collector, which counts that of the first start too.
    const accepted = await until("the second batch among the accepted", async () => {
      const { counts } = await (await fetch(new URL("/v1/health", second.dashboard))).json();
      return counts.accepted > 1 ? counts.accepted : undefined;
    });
    expect(accepted).toBe(2);
    second.child.kill("SIGTERM");
    expect(await second.ended()).toBe(0);
  }, 120_000);

  test.each([
    ["--port", "--collector-port", "relay.port"],
    ["--collector-port", "--port", "collector.port"],
  ])(
    "says in one line that the port of %s is taken, and how to choose another",
    async (flag, other, field) => {
      const blocker = createServer();
      await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => {
        blocker.close();
      });
      const { port } = blocker.address() as { port: number };
      const { ended, output } = isotherm(["serve", flag, String(port), other, "0"], temporaryFolder());
      expect(await ended()).toBe(1);
      expect(output()).toBe(`error: ${field}: 127.0.0.1:${port} is in use already; choose another with ${flag}\n`);
    },
    60_000,
  );

  test("says in one line that another process has the data folder", async () => {
    const cwd = temporaryFolder();
    const first = await serve(cwd);
    const second = isotherm(["serve", ...anyPorts], cwd);
    expect(await second.ended()).toBe(1);
    expect(second.output()).toMatch(/^error: .*journal is in use; another isotherm runs on this data folder.*\n$/);
    first.child.kill("SIGTERM");
    expect(await first.ended()).toBe(0);
  }, 60_000);

  test("brings events to the targets of the configuration too, with the secrets of the environment", async () => {
    const cwd = temporaryFolder();
    const seen: { readonly authorization: string | undefined; readonly body: string }[] = [];
    const receiver = createHttpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push({ authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      receiver.close();
      receiver.closeAllConnections();
    });
    const { port } = receiver.address() as { port: number };
    const headers = { authorization: { $env: "LOGS_TOKEN" } };
    const targets = [{ type: "otlp", name: "logs", url: `http://127.0.0.1:${port}`, headers }];
    writeFileSync(join(cwd, "isotherm.config.json"), JSON.stringify({ relay: { targets } }));

    const running = isotherm(["serve", ...anyPorts], cwd, { LOGS_TOKEN: "Bearer hush" });
    expect(await running.says(/Targets +(.+)/)).toBe("logs");
    const intake = (await running.says(/Relay +(http\S+)/)) + (await running.says(/data-to="([^"]+)"/));
    expect(await sendBatch(intake, await running.says(/data-key="(pk_\w+)"/))).toBe(204);
    const { authorization, body } = await until("an event at the receiver", () => seen[0]);
    expect(authorization).toBe("Bearer hush");
    expect(JSON.parse(body).resourceLogs[0].scopeLogs[0].logRecords).toMatchObject([{ eventName: "page" }]);
    // The file gets its paths and sites at the first start, and never what stands in the environment.
    expect(JSON.parse(readFileSync(join(cwd, "isotherm.config.json"), "utf8")).relay.targets).toEqual(targets);
    expect(running.output()).not.toContain("hush");
    running.child.kill("SIGTERM");
    expect(await running.ended()).toBe(0);
  }, 60_000);
});

describe("isotherm relay and isotherm collector", () => {
  test("do on their own what serve does in one process", async () => {
    const cwd = temporaryFolder();
    const { init, key, intake, collector, address, relay } = await relayAndCollector(cwd);
    const readKey = await init.says(/(rd_\w{32})/);
    expect(await sendBatch(intake, key)).toBe(204);
    await untilReceived(1, address, readKey);
    expect(relay.output() + collector.output()).not.toMatch(/whsec_|rd_\w/);
    for (const { child, ended } of [relay, collector]) {
      child.kill("SIGTERM");
      expect(await ended()).toBe(0);
    }
  }, 60_000);
});
