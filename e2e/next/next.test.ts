import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { standIn } from "../../packages/relay/test/kit/stand-in.js";
import { expectFace } from "../faces/expect-face.js";
import { launchOptions } from "../kit/chromium.js";
import { freePort } from "../kit/free-port.js";
import { type Running, root, start } from "../kit/process.js";
import { readDatabase } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { packSome } from "../packed/pack.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const folder = mkdtempSync(join(tmpdir(), "isotherm-next-"));
const app = join(folder, "next");
/** Without what this repository's own package manager tells its children, as which Node they may want. */
const own = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name) || name === "npm_config_nodedir"),
);
let system: System;
let browser: Browser;
let site: Running;

/** Installs the example in a folder of its own, with the packages as npm would carry them. */
function install(): void {
  cpSync(join(root, "examples/next"), app, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));
  const packed = Object.fromEntries(
    packSome(folder, ["protocol", "journal", "sdk", "react", "relay"]).map(({ name, tarball }) => [
      name,
      `file:${tarball}`,
    ]),
  );
  Object.assign(manifest.dependencies, packed);
  writeFileSync(join(app, "package.json"), JSON.stringify(manifest));
  // Next.js calls its edge runtime deprecated, so the example is without; sites that have it still can.
  const route = readFileSync(join(app, "app/k8d2m5x1/route.ts"), "utf8").replaceAll("k8d2m5x1", "p3v9t6c4");
  mkdirSync(join(app, "app/p3v9t6c4"));
  writeFileSync(join(app, "app/p3v9t6c4/route.ts"), `export const runtime = "edge";\n${route}`);
  inApp("npm", ["install", "--no-audit", "--no-fund"]);
}

const inApp = (command: string, args: readonly string[], env: Record<string, string> = {}): void => {
  execFileSync(command, args, {
    cwd: app,
    env: { ...own, NEXT_TELEMETRY_DISABLED: "1", ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
};

async function serve(port: number, env: Record<string, string> = {}): Promise<Running> {
  const args = ["start", "--hostname", "127.0.0.1", "--port", String(port)];
  const running = start("node_modules/.bin/next", args, app, { NODE_ENV: "production", ...env });
  await running.says(/Ready in/);
  return running;
}

beforeAll(async () => {
  install();
  const port = await freePort();
  system = await startSystem(folder, { behind: `http://127.0.0.1:${port}` });
  const env = { NEXT_PUBLIC_ISOTHERM_KEY: system.publicKey, NEXT_PUBLIC_ISOTHERM_TO: system.intake };
  // It also type-checks.
  inApp("npx", ["next", "build"], { ...env, NODE_ENV: "production" });
  site = await serve(port);
  browser = await chromium.launch(launchOptions(agent));
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await site?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const stored = () =>
  readDatabase(folder, (rows) => ({
    views: rows(
      `SELECT p.text AS page, t.text AS title, sum(views) AS n FROM raw JOIN strings p ON p.n = raw.page
       JOIN strings t ON t.n = raw.title GROUP BY p.text, t.text HAVING sum(views) > 0 ORDER BY p.text, t.text`,
    ),
    events: rows("SELECT type, text AS name FROM events JOIN strings ON strings.n = events.name"),
  }));

describe("the App Router of Next.js", () => {
  test("makes one page view of each page, under its route and with its title", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    const shows = (title: string) => page.waitForFunction((wanted) => document.title === wanted, title);

    await page.goto(system.relay, { waitUntil: "networkidle" });
    await page.getByRole("link", { name: "The heron" }).click();
    await shows("The heron | River notes");
    await page.getByRole("button", { name: "Applaud" }).click();
    await page.getByRole("link", { name: "Notes" }).click();
    await shows("River notes");
    await page.getByRole("link", { name: "The otter" }).click();
    await shows("The otter | River notes");
    await page.goBack();
    await shows("River notes");
    await page.getByRole("link", { name: "About" }).click();
    await shows("About | River notes");
    // The address is the same, and so is the page.
    await page.evaluate(() => history.replaceState(null, "", "?seen=1"));
    await page.close();

    await until("everything that was done", async () => {
      expect(stored()).toEqual({
        views: [
          { page: "/", title: "River notes", n: 3 },
          { page: "/about", title: "About | River notes", n: 1 },
          { page: "/notes/[slug]", title: "The heron | River notes", n: 1 },
          { page: "/notes/[slug]", title: "The otter | River notes", n: 1 },
        ],
        events: [{ type: "custom", name: "applause" }],
      });
      return true;
    });
    expect(complaints).toEqual([]);
  });

  test("knows the route of a page that is loaded", async () => {
    const page = await browser.newPage();
    await page.goto(`${system.relay}/notes/otter`, { waitUntil: "networkidle" });
    await page.close();
    await until("the page view", async () => {
      expect(stored().views).toContainEqual({ page: "/notes/[slug]", title: "The otter | River notes", n: 2 });
      return true;
    });
  });
});

describe.each([
  ["on Node, with a journal", { path: "/f3k9q2w7", durable: true }],
  ["on Node, without one", { path: "/k8d2m5x1", durable: false }],
  ["on the edge runtime", { path: "/p3v9t6c4", durable: false, unpacks: false }],
])("a relay as a route handler %s", (_name, { path, ...face }) => {
  test("takes batches, signs them, and tells pages what it refuses", async () => {
    const collector = await standIn();
    const { url, keyId, secrets } = collector;
    const data = mkdtempSync(join(folder, "relay-"));
    const port = await freePort();
    const credential = { COLLECTOR_URL: url, RELAY_KEY_ID: keyId, RELAY_SECRET: secrets[0] ?? "" };
    const running = await serve(port, { DATA: data, ...credential });
    onTestFinished(async () => void (await running.stop()));
    const platform = { "x-real-ip": "203.0.113.7" };
    const intake = `http://127.0.0.1:${port}${path}`;
    await expectFace({ ...face, intake, platform, ip: "203.0.113.0" }, collector);
    expect((await fetch(`http://127.0.0.1:${port}/about`)).status).toBe(200);
  });
});
