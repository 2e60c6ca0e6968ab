import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { uuidv7 } from "@isotherm/protocol";
import { batchOf } from "@isotherm/protocol/fixtures";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.js";

const bin = fileURLToPath(new URL("../../bin/isotherm.mjs", import.meta.url));
const built = ["../../dist/main.js", "../../../sdk/dist/script/manifest.json"].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
);

interface Served {
  readonly child: ChildProcess;
  readonly relay: string;
  readonly dashboard: string;
  readonly key: string;
  readonly intake: string;
  output(): string;
  ended(): Promise<number | null>;
}

beforeAll(() => {
  for (const file of built) if (!existsSync(file)) throw new Error(`${file} is missing: run pnpm build first`);
});

function launch(
  cwd: string,
  args: readonly string[],
): { child: ChildProcess; output(): string; ended(): Promise<number | null> } {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { ...process.env, NO_COLOR: "1" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { child, output: () => output, ended: () => ended };
}

async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>, ms = 20_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function serve(cwd: string): Promise<Served> {
  const { child, output, ended } = launch(cwd, ["serve", "--port", "0", "--collector-port", "0"]);
  const match = (pattern: RegExp): Promise<string> =>
    until(`${pattern} in\n${output()}`, () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output()}`);
      return pattern.exec(output())?.[1];
    });
  await match(/(Ctrl-C stops)/);
  return {
    child,
    output,
    ended,
    relay: await match(/Relay +(http\S+)/),
    dashboard: await match(/Dashboard +(http[^\s#]+)/),
    key: await match(/data-key="(pk_\w+)"/),
    intake: await match(/data-to="([^"]+)"/),
  };
}

async function send({ relay, intake, key }: Served): Promise<number> {
  const body = JSON.stringify({ v: 1, key, sentAt: Date.now(), batches: [batchOf({ id: uuidv7(), at: Date.now() })] });
  const response = await fetch(relay + intake, { method: "POST", body, headers: { "content-type": "text/plain" } });
  await response.text();
  return response.status;
}

async function received({ dashboard }: Served, cwd: string): Promise<number> {
  const { readKey } = JSON.parse(readFileSync(join(cwd, "isotherm-data/secrets.json"), "utf8"));
  const headers = { authorization: `Bearer ${readKey}` };
  const { sites } = (await (await fetch(new URL("/v1/sites", dashboard), { headers })).json()) as {
    sites: { id: string }[];
  };
  const address = new URL(`/v1/sites/${sites[0]?.id}/delivery`, dashboard);
  return ((await (await fetch(address, { headers })).json()) as { received: number }).received;
}

describe("isotherm serve", () => {
  test("makes what it needs in an empty folder, counts a batch, stops at SIGINT, and goes on at the next start", async () => {
    const cwd = temporaryFolder();
    const first = await serve(cwd);
    expect(first.output()).toMatch(/Dashboard +http:\/\/127\.0\.0\.1:\d+\/#key=rd_\w{32}/);
    expect(statSync(join(cwd, "isotherm-data/secrets.json")).mode & 0o777).toBe(0o600);

    expect(await until("a first 204", async () => ((await send(first)) === 204 ? true : undefined))).toBe(true);
    await until("the batch in the answers", async () => ((await received(first, cwd)) >= 1 ? true : undefined));
    const script = /src="([^"]+)" integrity="sha384-([^"]+)"/.exec(first.output());
    const file = await fetch(first.relay + script?.[1]);
    expect(file.status).toBe(200);
    const digest = await crypto.subtle.digest("SHA-384", await file.arrayBuffer());
    expect(Buffer.from(digest).toString("base64")).toBe(script?.[2]);
    const page = await fetch(first.dashboard);
    expect(await page.text()).toMatch(/<!doctype html>/i);

    // A batch that is acknowledged and then left alone by the signal is there after the next start.
    expect(await send(first)).toBe(204);
    first.child.kill("SIGINT");
    expect(await first.ended()).toBe(0);
    expect(first.output()).toMatch(/Stopped\./);

    const second = await serve(cwd);
    expect([second.key, second.intake]).toEqual([first.key, first.intake]);
    expect(second.output()).not.toMatch(/rd_\w{32}/);
    expect(await send(second)).toBe(204);
    await until("three batches in the answers", async () => ((await received(second, cwd)) === 3 ? true : undefined));
    second.child.kill("SIGTERM");
    expect(await second.ended()).toBe(0);
  }, 60_000);

  test("says in one line that a port is taken, and how to choose another", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      blocker.close();
    });
    const { port } = blocker.address() as { port: number };
    const cwd = temporaryFolder();
    for (const [flag, field] of [
      ["--port", "relay.port"],
      ["--collector-port", "collector.port"],
    ] as const) {
      const other = flag === "--port" ? "--collector-port" : "--port";
      const { ended, output } = launch(cwd, ["serve", flag, String(port), other, "0"]);
      expect(await ended()).toBe(1);
      const lines = output().trim().split("\n");
      expect(lines).toEqual([`error: ${field}: 127.0.0.1:${port} is in use already; choose another with ${flag}`]);
    }
  }, 60_000);

  test("says in one line that another process has the data folder", async () => {
    const cwd = temporaryFolder();
    const first = await serve(cwd);
    const second = launch(cwd, ["serve", "--port", "0", "--collector-port", "0"]);
    expect(await second.ended()).toBe(1);
    expect(second.output()).toMatch(/^error: .*journal is in use; another isotherm runs on this data folder/);
    first.child.kill("SIGTERM");
    expect(await first.ended()).toBe(0);
  }, 60_000);
});
