import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { dispatchCost } from "./dispatch.mjs";
import { viewport } from "./page.mjs";
import { site } from "./site.mjs";
import { visit } from "./visit.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Starts Chromium, or says how to get it. */
export async function launch() {
  if (!existsSync(executablePath))
    throw new Error(`there is no ${executablePath}: install chromium, or name it in CHROMIUM`);
  // A tool that takes the browser for a robot's would do nothing.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  return chromium.launch({ executablePath, args: [...args, "--disable-blink-features=AutomationControlled"] });
}

async function opened(browser, code, work, hash = "") {
  const served = await site(code);
  const context = await browser.newContext({
    viewport,
    userAgent: (await browserAgent(browser)).replace("HeadlessChrome", "Chrome"),
  });
  try {
    const page = await context.newPage();
    const faults = [];
    page.on("pageerror", (error) => faults.push(error));
    await page.goto(served.url + hash, { waitUntil: "networkidle" });
    const result = await work(page, served);
    if (faults[0]) throw faults[0];
    return result;
  } finally {
    await context.close();
    await served.close();
  }
}

async function browserAgent(browser) {
  const page = await browser.newPage();
  const agent = await page.evaluate(() => navigator.userAgent);
  await page.close();
  return agent;
}

/**
 * Microseconds of a move and of a click, dispatched by a script. A script's events are not trusted, so that who looks at
 * `isTrusted` would do nothing: the code asks for `bubbles` in its place, which is as cheap, and true.
 */
export async function dispatches(browser, code) {
  const measure = async (page) => ({
    move: await page.evaluate(dispatchCost, "move"),
    click: await page.evaluate(dispatchCost, "click"),
  });
  return opened(browser, code.replaceAll("isTrusted", "bubbles"), measure, "#still");
}

/** What a visit costs the page, and what is sent of it until after it is closed. */
export async function visited(browser, code) {
  return opened(browser, code, async (page, { received }) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const before = await metrics(session);
    await visit(page);
    const after = await metrics(session);
    const longTasks = await page.evaluate(() => window.longTasks);
    await page.close({ runBeforeUnload: true });
    await quiet(received);
    return { script: after.script - before.script, task: after.task - before.task, longTasks, received };
  });
}

/** Milliseconds that the page's process has spent. */
async function metrics(session) {
  const { metrics: all } = await session.send("Performance.getMetrics");
  const ms = (name) => all.find((one) => one.name === name).value * 1_000;
  return { script: ms("ScriptDuration"), task: ms("TaskDuration") };
}

/** Resolves once nothing was sent for a second. */
async function quiet(received) {
  for (let last = -1; last !== received.requests; ) {
    last = received.requests;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
