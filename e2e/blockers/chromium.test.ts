import { FiltersEngine, Request, type RequestType } from "@ghostery/adblocker";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchOptions } from "../kit/chromium.js";
import { controls, sendControl } from "./controls.js";
import { lists } from "./lists.js";
import {
  type BlockerStage,
  blockerStage,
  type Send,
  session,
  stored,
  trackAll,
  trackAndLeave,
  tracked,
} from "./session.js";

let stage: BlockerStage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const stopped: string[] = [];

beforeAll(async () => {
  stage = await blockerStage();
  browser = await chromium.launch(launchOptions());
  context = await browser.newContext();
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await stage?.end();
});

const send: Send = (request) => page.evaluate(sendControl, request);

/** Stops what the lists stop, as an extension does. */
async function block(): Promise<void> {
  const engine = FiltersEngine.parse(lists().join("\n"));
  await context.route("**/*", (route) => {
    const request = route.request();
    const { match } = engine.match(
      Request.fromRawDetails({
        url: request.url(),
        type: request.resourceType() as RequestType,
        sourceUrl: page.url(),
      }),
    );
    if (match) stopped.push(request.url());
    return match ? route.abort("blockedbyclient") : route.continue();
  });
}

test("without a blocker every control comes through", async () => {
  await page.goto(stage.system.relay);
  for (const control of controls) await stage.arrives(control, send);
});

test("with a blocker of uBlock Origin's lists every control is stopped, and every event of a session is stored", async () => {
  await block();
  for (const control of controls)
    expect([control.name, await stage.comesThrough(control, send)]).toEqual([control.name, false]);
  expect(stopped).toHaveLength(controls.length);

  await page.goto(`${stage.system.relay}/first`);
  await page.waitForFunction(() => "isotherm" in globalThis);
  expect(await page.evaluate(trackAll, tracked("first"))).toBe(0);
  await page.click("#go");
  await page.evaluate(trackAndLeave, { names: tracked("leaving"), to: "/second" });
  await page.waitForURL("**/second");
  await page.waitForFunction(() => "isotherm" in globalThis);
  expect(await page.evaluate(trackAll, tracked("second"))).toBe(0);

  expect(await stored(stage.system, session)).toEqual(session);
  expect(stopped).toHaveLength(controls.length);
});
