import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { faketime, need } from "../damage/powers.js";
import { launchOptions } from "../kit/chromium.js";
import { balancedLedger } from "../kit/ledger.js";
import { isotherm } from "../kit/process.js";
import { scriptTag } from "../kit/script-tag.js";
import { readDatabase } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { html, writtenPages } from "./pages.js";
import { agent } from "./stage.js";

interface Sdk {
  readonly isotherm: { track(name: string): void; reset(): void; flush(): Promise<{ waiting: number }> };
}

const day = 86_400;
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(agent));
});

afterAll(() => browser?.close());

/** A system without the cookie, whose clock is set by `set`, in seconds from noon, and a browser that visits it. */
async function scene() {
  let hasCookie = false;
  const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
  const clock = join(folder, "clock");
  const set = (seconds: number): void => {
    const from = Math.round((new Date().setUTCHours(12, 0, 0, 0) - Date.now()) / 1_000) + seconds;
    writeFileSync(clock, `${from < 0 ? "" : "+"}${from}s\n`);
  };
  set(0);
  const pages = await writtenPages();
  const system = await startSystem(folder, {
    behind: pages.url,
    run: (part, env) =>
      isotherm([part], folder, {
        ...env,
        ISOTHERM_RELAY_VISITOR_COOKIE: String(hasCookie),
        LD_PRELOAD: faketime().library,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      }),
  });
  onTestFinished(async () => {
    await system.stop();
    await pages.close();
    rmSync(folder, { recursive: true, force: true });
  });
  pages.serve("/", { html: html(await scriptTag(system)) });
  const context = await browser.newContext();
  const useCookie = async (): Promise<void> => {
    await system.process("relay").stop();
    hasCookie = true;
    await system.start("relay");
  };
  return { system, context, set, useCookie };
}

/** Opens the page, does what `act` does to it, and gives back what its scripts see of cookies. */
async function visit({ relay }: System, context: BrowserContext, act: (sdk: Sdk) => void = () => {}): Promise<string> {
  const page = await context.newPage();
  await page.goto(relay);
  await page.waitForFunction(() => "isotherm" in globalThis);
  const flush = () => page.evaluate(() => (globalThis as unknown as Sdk).isotherm.flush());
  expect((await flush()).waiting).toBe(0);
  await page.evaluate(`(${act.toString()})(globalThis)`);
  expect((await flush()).waiting).toBe(0);
  const seen = await page.evaluate("document.cookie");
  await page.close();
  return String(seen);
}

/** The visitors that the collector tells apart, once it holds what the relay took. */
async function visitorsOf(system: System): Promise<readonly { readonly kind: string; readonly name: string }[]> {
  // Not counted against each other: what a page sends again after the relay's restart, with another day's clock, may be
  // journaled twice, and is stored once.
  const { targets } = await balancedLedger(system.ledger);
  expect(targets.isotherm).toMatchObject({ dead: 0, dropped: {} });
  expect(targets.isotherm?.forwarded).toBeGreaterThan(0);
  await until("everything to be stored", async () => {
    const health = (await (await fetch(`${system.collector}/v1/health`)).json()) as { projector: { waiting: number } };
    return health.projector.waiting === 0 ? true : null;
  });
  return readDatabase(system.folder, (rows) =>
    rows("SELECT DISTINCT v.kind, v.name FROM raw r JOIN visitors v ON v.n = r.visitor"),
  ) as { kind: string; name: string }[];
}

test("two visits a day apart are one visitor by the cookie, which no script can read, and another after reset", async ({
  skip,
}) => {
  need(faketime().missing, skip);
  const { system, context, set, useCookie } = await scene();
  await visit(system, context);
  set(day);
  await visit(system, context);
  const daily = await visitorsOf(system);
  expect(daily.map(({ kind }) => kind)).toEqual(["daily", "daily"]);
  expect(await context.cookies()).toEqual([]);

  await useCookie();
  expect(await visit(system, context)).toBe("");
  const [cookie, ...others] = await context.cookies(`${system.relay}${system.intake}`);
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({
    name: system.intake.slice(1),
    path: system.intake,
    httpOnly: true,
    secure: true,
    sameSite: "Lax",
  });
  expect((cookie?.expires ?? 0) - Date.now() / 1_000).toBeLessThanOrEqual(395 * day);
  set(2 * day);
  expect(await visit(system, context)).toBe("");
  expect(await visitorsOf(system)).toEqual([...daily, { kind: "stored", name: cookie?.value }]);

  await visit(system, context, ({ isotherm: sdk }) => {
    sdk.reset();
    sdk.track("after");
  });
  const [fresh] = await context.cookies(`${system.relay}${system.intake}`);
  expect(fresh?.value).not.toBe(cookie?.value);
  await visit(system, context);
  expect(await context.cookies(`${system.relay}${system.intake}`)).toMatchObject([{ value: fresh?.value }]);
  const names = (await visitorsOf(system)).flatMap(({ kind, name }) => (kind === "stored" ? [name] : []));
  expect(names.sort()).toEqual([cookie?.value, fresh?.value.slice(0, 32)].sort());
});
