import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firefoxOptions } from "../kit/firefox.js";
import { until } from "../kit/until.js";
import { controls, sendControl } from "./controls.js";
import { ublockFolder } from "./lists.js";
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
let page: Page;

beforeAll(async () => {
  stage = await blockerStage();
  browser = await launch(firefoxOptions);
  page = await browser.newPage();
});

afterAll(async () => {
  await browser?.close();
  await stage?.end();
});

const send: Send = (request) => page.evaluate(sendControl, request);

test("without a blocker every control comes through", async () => {
  await page.goto(stage.system.relay);
  for (const control of controls) await stage.arrives(control, send);
});

test("with uBlock Origin every control is stopped, and every event of a session is stored", async () => {
  await browser.installExtension(ublockFolder());
  // It reads its lists first.
  for (const control of controls)
    await until(
      `${control.name} to be stopped`,
      async () => ((await stage.comesThrough(control, send)) ? null : true),
      60_000,
    );

  await page.goto(`${stage.system.relay}/first`);
  await page.waitForFunction(() => "isotherm" in globalThis);
  expect(await page.evaluate(trackAll, tracked("first"))).toBe(0);
  await page.click("#go");
  const left = page.waitForNavigation();
  await page.evaluate(trackAndLeave, { names: tracked("leaving"), to: "/second" });
  await left;
  await page.waitForFunction(() => "isotherm" in globalThis);
  expect(await page.evaluate(trackAll, tracked("second"))).toBe(0);

  expect(await stored(stage.system, session)).toEqual(session);
  for (const control of controls)
    expect([control.name, await stage.comesThrough(control, send)]).toEqual([control.name, false]);
});
