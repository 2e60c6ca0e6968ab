import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { HeatmapAnswer } from "@isotherm/protocol";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../kit/process.js";
import type { System } from "../kit/system.js";
import { until } from "../kit/until.js";
import { builtScript, html, integrityOf, lazyNames, type Pages, scriptHost } from "./pages.js";
import { agent, type ScriptStage, scriptStage } from "./stage.js";
import { undriven } from "./undriven.js";

const nonce = "cjRuZDBt";
const strict = [
  "default-src 'none'",
  `script-src 'nonce-${nonce}'`,
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

type Tracked = { readonly isotherm: { track(name: string): void; flush(): Promise<unknown> } };

let stage: ScriptStage;
let host: Awaited<ReturnType<typeof scriptHost>>;
let pages: Pages;
let system: System;
let browser: Browser;
let tag: string;

beforeAll(async () => {
  host = await scriptHost();
  stage = await scriptStage();
  ({ pages, system, browser, tag } = stage);
});

afterAll(async () => {
  await stage?.end();
  await host?.close();
});

const stub = (): string => `<script nonce="${nonce}">${builtScript("stub.js")}</script>`;

/** What went wrong in a page, in its console too. */
function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // A page without an icon is none.
    if (message.type() === "error" && !/favicon/.test(message.location().url)) faults.push(message.text());
  });
  return faults;
}

/** Opens a page, tracks an event called as its path, presses its button, and leaves. */
async function visit(path: string, context?: BrowserContext): Promise<string[]> {
  const own = context ?? (await browser.newContext());
  const page = await own.newPage();
  const faults = faultsOf(page);
  await page.goto(`${system.relay}${path}`);
  await page.waitForLoadState("networkidle");
  await page.evaluate((name) => (globalThis as unknown as Tracked).isotherm.track(name), path);
  await page.click("#go");
  await page.evaluate(() => (globalThis as unknown as Tracked).isotherm.flush());
  await page.close();
  await own.close();
  return faults;
}

const countOf = (dimension: "page" | "event", value: string): Promise<number> => stage.countOf(dimension, value);

async function pressesOn(path: string): Promise<number> {
  const query = `heatmap?period=day&kind=click&page=${encodeURIComponent(path)}`;
  return (await system.ask<HeatmapAnswer>(`/sites/${system.site}/${query}`)).count;
}

async function arrived(path: string, expected = { views: 1, events: 1, presses: 1 }): Promise<void> {
  await until(`what was done on ${path}`, async () => {
    const found = {
      views: await countOf("page", path),
      events: await countOf("event", path),
      presses: await pressesOn(path),
    };
    expect(found).toEqual(expected);
    return true;
  });
}

describe("the script tag", () => {
  test("is the one of the README", () => {
    const readme = readFileSync(`${root}packages/sdk/README.md`, "utf8");
    const shape = (snippet = ""): string[] =>
      snippet.replace(/ data-every="\d+"/, "").match(/\w[\w-]*(?==)|async|data-use="[^"]*"/g) ?? [];
    expect(shape(/<script async[^>]*><\/script>/.exec(readme)?.[0])).toEqual(shape(tag));
  });

  test.each([
    ["async", (): string => tag],
    ["defer", (): string => tag.replace(" async", " defer")],
    ["twice on a page", (): string => tag + tag],
    [
      "inserted late",
      (): string => `<template>${tag}</template><script>addEventListener("load", () => {
        const script = document.createElement("script");
        for (const { name, value } of document.querySelector("template").content.firstChild.attributes)
          script.setAttribute(name, value);
        document.head.append(script);
      })</script>`,
    ],
  ])("counts once, %s", async (name, head) => {
    const path = `/${name.replaceAll(" ", "-")}`;
    pages.serve(path, { html: html(head()) });
    expect(await visit(path)).toEqual([]);
    await arrived(path);
  });

  test("runs under a strict policy with a nonce and trusted types, with all that it loads later, and the stub inline", async () => {
    const early = `<script nonce="${nonce}">isotherm.track("under a policy, early")</script>`;
    pages.serve("/policy", {
      html: html(stub() + early + tag.replace("<script ", `<script nonce="${nonce}" `)),
      headers: { "content-security-policy": strict },
    });
    expect(await visit("/policy")).toEqual([]);
    await arrived("/policy");
    expect(await countOf("event", "under a policy, early")).toBe(1);
  });

  test("runs from another origin, checked by its hash, with what it loads later", async () => {
    const src = `src="${host.url}/isotherm.js" integrity="${integrityOf("isotherm.js")}"`;
    pages.serve("/other-origin", { html: html(tag.replace(/src="[^"]*" integrity="[^"]*"/, src)) });
    expect(await visit("/other-origin")).toEqual([]);
    await arrived("/other-origin");
  });

  test("loads all that has a name, and says in the console what has none, where it is asked to", async () => {
    const names = lazyNames();
    expect(names).toEqual(expect.arrayContaining(["clicks", "offline", "persist", "vitals"]));
    const all = `data-use="${names.join(" ")} performance" data-debug`;
    pages.serve("/everything", { html: html(tag.replace(/data-use="[^"]*"/, all)) });
    const page = await browser.newPage();
    const warnings: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "warning") warnings.push(message.text());
    });
    const sent: { visitor?: string }[] = [];
    page.on("request", (request) => {
      const body = request.method() === "POST" && request.postDataBuffer();
      if (!body) return;
      const text = request.headers()["content-encoding"] ? gunzipSync(body) : body;
      sent.push(...JSON.parse(`${text}`).batches);
    });
    await page.goto(`${system.relay}/everything`);
    await until("the warning of what has no name", async () => warnings[0] ?? null);
    await page.waitForLoadState("networkidle");
    await page.click("#go");
    await page.evaluate(() => (globalThis as unknown as Tracked).isotherm.flush());
    expect(await page.evaluate(() => localStorage.length)).toBe(1);
    await page.close();
    expect(warnings).toEqual([expect.stringContaining("capture_failed")]);
    expect(sent.at(-1)).toMatchObject({ visitor: expect.any(String) });
    await arrived("/everything", { views: 1, events: 0, presses: 1 });
  });

  test("records where storage is blocked", async () => {
    const context = await browser.newContext();
    await context.addInitScript(() => {
      const block = (name: string): void => {
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException("denied", "SecurityError");
          },
        });
      };
      for (const name of ["indexedDB", "localStorage", "sessionStorage"]) block(name);
    });
    pages.serve("/blocked", { html: html(tag) });
    expect(await visit("/blocked", context)).toEqual([]);
    await arrived("/blocked");
  });

  test("harms neither page nor itself in a sandboxed frame", async () => {
    pages.serve("/framed", { html: html(tag.replace("<script ", "<script data-frames ")) });
    pages.serve("/around", { html: html(tag, '<iframe sandbox="allow-scripts" src="/framed"></iframe>') });
    const context = await browser.newContext();
    const said: string[] = [];
    context.on("request", (request) => {
      const body = request.method() === "POST" ? request.postData() : null;
      if (body?.includes("/framed")) said.push(body);
    });
    const thrown: string[] = [];
    context.on("weberror", (error) => thrown.push(error.error().message));
    await visit("/around", context);
    await arrived("/around");
    expect(thrown).toEqual([]);
    expect(said.length).toBeGreaterThan(0);
  });

  test("counts a prerendered page when it is seen, and not before", async () => {
    const rules = { prerender: [{ source: "list", urls: ["/prerendered"], eagerness: "immediate" }] };
    pages.hold("/go");
    pages.serve("/prerendered", {
      html: html(`${stub()}<script>isotherm.track(document.prerendering ? "ahead" : "seen at once")</script>${tag}`),
    });
    pages.serve("/before", {
      html: html(
        `${tag}<script type="speculationrules">${JSON.stringify(rules)}</script>
        <script>fetch("/go").then(() => { location.href = "/prerendered" })</script>`,
      ),
    });
    const chromium = undriven(`${system.relay}/before`, agent);
    try {
      await until("the page to be prerendered", async () => pages.asked("/prerendered") || null);
      await until("the page before", async () => (await countOf("page", "/before")) || null);
      expect(await countOf("page", "/prerendered")).toBe(0);
      pages.serve("/go", { html: "" });
      await until("the page once it was seen", async () => (await countOf("page", "/prerendered")) || null);
      expect([await countOf("event", "ahead"), await countOf("event", "seen at once")]).toEqual([1, 0]);
      expect(await countOf("page", "/prerendered")).toBe(1);
    } finally {
      await chromium.end();
    }
  });
});

test("What the stub holds is sent when the visitor leaves before the script has arrived", async () => {
  pages.hold("/never.js");
  const never = tag.replace(/src="[^"]*"/, 'src="/never.js"').replace(/ integrity="[^"]*"/, "");
  pages.serve("/impatient", {
    html: html(`${stub()}<script>isotherm.track("/impatient")</script>${never}`),
    headers: { "content-security-policy": "connect-src 'self'" },
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${system.relay}/impatient`, { waitUntil: "commit" });
  await until("the script to be asked for", async () => pages.asked("/never.js") || null);
  // Chromium tells a page nothing that is closed while it loads.
  await page.goto(`${system.relay}/policy`);
  await page.close();
  await context.close();
  await arrived("/impatient", { views: 1, events: 1, presses: 0 });
});
