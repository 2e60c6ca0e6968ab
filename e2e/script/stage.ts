import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BreakdownAnswer } from "@isotherm/protocol";
import { type Browser, chromium } from "playwright-core";
import { launchOptions } from "../kit/chromium.js";
import { scriptTag } from "../kit/script-tag.js";
import { type System, startSystem } from "../kit/system.js";
import { type Pages, writtenPages } from "./pages.js";

/** A browser of a person. */
export const agent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/** A site of written pages behind a relay and a collector, and a Chromium to visit it. */
export interface ScriptStage {
  readonly pages: Pages;
  readonly system: System;
  readonly browser: Browser;
  /** The snippet as users get it, in a hurry. */
  readonly tag: string;
  /** Page views of a page, or of an event by its name, that the collector counts today. */
  countOf(dimension: "page" | "event", value: string): Promise<number>;
  end(): Promise<void>;
}

export async function scriptStage(): Promise<ScriptStage> {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
  const pages = await writtenPages();
  const system = await startSystem(folder, { behind: pages.url });
  const browser = await chromium.launch({
    ...launchOptions(agent),
    // Playwright turns it off, and whoever uses a browser has it on.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  return {
    pages,
    system,
    browser,
    tag: await scriptTag(system, 300),
    async countOf(dimension, value) {
      const question = `/sites/${system.site}/breakdown?period=day&dimension=${dimension}`;
      const { rows } = await system.ask<BreakdownAnswer>(question);
      return rows.find((row) => row.value === value)?.pageViews ?? 0;
    },
    async end() {
      await browser.close();
      await system.stop();
      await pages.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
