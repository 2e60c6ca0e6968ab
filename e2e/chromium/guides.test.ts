import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchOptions } from "../kit/chromium.js";
import { root } from "../kit/process.js";
import { scriptTag } from "../kit/script-tag.js";
import { readDatabase } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));

/** A page of the site: what its body holds, and the policy that it is served with. */
interface Shown {
  readonly body: string;
  readonly policy?: string;
}

const shown = new Map<string, Shown>();
const complaints: string[] = [];
let site: Server;
let system: System;
let browser: Browser;
/** The address of the script that the relay serves. */
let script = "";

beforeAll(async () => {
  site = createServer(({ url = "/" }, response) => {
    const path = new URL(url, "http://site").pathname;
    if (path === "/static/early.js") {
      response.setHeader("content-type", "text/javascript");
      response.end(readFileSync(join(root, "packages/sdk/dist/script/stub.js")));
      return;
    }
    const page = shown.get(path);
    if (page?.policy) response.setHeader("content-security-policy", page.policy);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><title>${path}</title><body>${page?.body ?? ""}</body></html>`);
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  system = await startSystem(folder, { behind: `http://127.0.0.1:${(site.address() as AddressInfo).port}` });
  script = /src="([^"]+)"/.exec(await scriptTag(system))?.[1] ?? "";
  browser = await chromium.launch(launchOptions(agent));
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  site?.closeAllConnections();
  site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The snippets of a guide in one language, with this system's own paths and key. */
function snippets(guide: string, language: string): readonly string[] {
  const text = readFileSync(join(root, "docs/guides", `${guide}.md`), "utf8");
  const found = [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  return found
    .filter(([, name]) => name === language)
    .map(([, , snippet = ""]) =>
      snippet
        .replaceAll("/h2m4x8b1/1f3a9c.js", script)
        .replaceAll("pk_…", system.publicKey)
        .replaceAll("/f3k9q2w7", system.intake),
    );
}

/** Opens a page of the site that the guide has made; what the console complains of is noted. */
async function open(path: string, page: Shown): Promise<Page> {
  shown.set(path, page);
  complaints.length = 0;
  const context = await browser.newContext();
  const tab = await context.newPage();
  tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  tab.on("pageerror", (error) => complaints.push(String(error)));
  await tab.goto(system.relay + path, { waitUntil: "networkidle" });
  return tab;
}

/** What is stored of a page. */
interface Stored {
  readonly views: number;
  readonly clicks: number;
  /** Type and name of each, as they happened. */
  readonly events: readonly string[];
}

const storedOf = (path: string): Stored =>
  readDatabase(folder, (rows) => {
    const [sums] = rows(
      "SELECT coalesce(sum(views), 0) AS views, coalesce(sum(clicks), 0) AS clicks FROM raw JOIN strings ON strings.n = page WHERE text = ?",
      path,
    ) as Omit<Stored, "events">[];
    const events = rows(
      `SELECT e.type || ' ' || s.text AS name FROM events e JOIN strings s ON s.n = e.name JOIN raw ON raw.n = e.raw
       JOIN strings p ON p.n = raw.page WHERE p.text = ? ORDER BY e.at, e.n`,
      path,
    ) as { name: string }[];
    return { views: 0, clicks: 0, ...sums, events: events.map(({ name }) => name) };
  });

/** Leaves the page, and waits until the collector holds exactly this of it. */
async function holds(tab: Page, path: string, wanted: Stored): Promise<void> {
  // A page that is closed has half a second for its last words, which is little on a busy machine, and none once its context
  // is gone: https://chromium.googlesource.com/chromium/src/+/main/content/browser/renderer_host/render_view_host_impl.h
  await tab.goto(`${system.relay}/elsewhere`);
  await until(`everything of ${path}`, async () => {
    expect(storedOf(path)).toEqual(wanted);
    return true;
  });
  expect(complaints).toEqual([]);
  await tab.context().close();
}

describe("the guide to the script tag", () => {
  test("its line records the page, and presses where it says so", async () => {
    const [line = "", , button = ""] = snippets("script-tag", "html");
    const tab = await open("/line", { body: line + button });
    await tab.getByRole("button", { name: "Sign up" }).click();
    await holds(tab, "/line", { views: 1, clicks: 1, events: ["custom signup"] });
  });

  test("its stub takes calls before the script is there", async () => {
    const [, early = ""] = snippets("script-tag", "html");
    const tab = await open("/early", { body: early });
    await holds(tab, "/early", { views: 1, clicks: 0, events: ["custom chapter read"] });
  });
});

describe("the guide to npm", () => {
  /** A page that runs a snippet as a bundler makes it. */
  async function run(path: string, nth: number): Promise<Page> {
    const { bundled } = await import(`${root}scripts/sdk-sizes.mjs`);
    const code: string = await bundled(snippets("npm", "js")[nth] ?? "", `${root}examples/react`);
    return open(path, { body: `<script type="module">${code}</script>` });
  }

  test("its first snippet records", async () => {
    const tab = await run("/npm", 0);
    await holds(tab, "/npm", { views: 1, clicks: 0, events: ["custom signup", "goal purchase"] });
  });

  test("its second files pages under their route", async () => {
    const tab = await run("/users/42", 1);
    await tab.evaluate(() => history.pushState(null, "", "/users/43"));
    await holds(tab, "/users/:id", { views: 2, clicks: 0, events: [] });
  });

  test("its third shows a variant, and records that it was seen", async () => {
    const tab = await run("/hero", 2);
    const variant = await tab.evaluate(() => document.body.dataset.hero);
    expect(["calm", "bold"]).toContain(variant);
    await holds(tab, "/hero", { views: 1, clicks: 0, events: [`exposure hero=${variant}`] });
  });
});

describe("the guide to consent", () => {
  test("its banner records from the answer on, and asks once", async () => {
    const [banner = ""] = snippets("consent", "html");
    const tab = await open("/consent", { body: banner });
    let sent = 0;
    tab.on("request", (request) => {
      if (request.url().includes(system.intake)) sent++;
    });
    await tab.reload({ waitUntil: "networkidle" });
    expect(sent).toBe(0);
    await tab.getByRole("button", { name: "Yes" }).click();
    await tab.getByText("May we count").waitFor({ state: "hidden" });
    await tab.reload({ waitUntil: "networkidle" });
    expect(await tab.getByText("May we count").isVisible()).toBe(false);
    await holds(tab, "/consent", { views: 2, clicks: 0, events: [] });
  });

  test("its banner takes no for an answer", async () => {
    const [banner = ""] = snippets("consent", "html");
    const tab = await open("/refused", { body: banner });
    await tab.getByRole("button", { name: "No" }).click();
    await tab.reload({ waitUntil: "networkidle" });
    await holds(tab, "/refused", { views: 0, clicks: 0, events: [] });
  });
});

describe("the guide to Content Security Policy", () => {
  const policyOf = (header: string | undefined): string => `${header}`.replace(/^[^:]+: /, "").trim();

  test("its first policy lets the script and what it loads run", async () => {
    const [line = ""] = snippets("script-tag", "html");
    const policy = policyOf(snippets("csp", "http")[0]);
    const tab = await open("/csp", { body: `${line}<button type="button">Press</button>`, policy });
    await tab.getByRole("button").click();
    await holds(tab, "/csp", { views: 1, clicks: 1, events: [] });
  });

  test("its second lets the tag with the nonce run, and what that loads", async () => {
    const [line = ""] = snippets("csp", "html");
    const policy = policyOf(snippets("csp", "http")[1]);
    const tab = await open("/nonce", { body: `${line}<button type="button">Press</button>`, policy });
    await tab.getByRole("button").click();
    await holds(tab, "/nonce", { views: 1, clicks: 1, events: [] });
  });

  test("its second refuses a tag without the nonce: the policy is in force", async () => {
    const [line = ""] = snippets("script-tag", "html");
    const policy = policyOf(snippets("csp", "http")[1]);
    const tab = await open("/no-nonce", { body: line, policy });
    expect(complaints).toEqual([expect.stringContaining("Content Security Policy")]);
    complaints.length = 0;
    await holds(tab, "/no-nonce", { views: 0, clicks: 0, events: [] });
  });
});
