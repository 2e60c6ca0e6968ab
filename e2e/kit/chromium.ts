import type { LaunchOptions } from "playwright-core";

/**
 * How Debian's Chromium starts as root, without a graphics card, and without calling home. `agent` is the browser's own:
 * one that is emulated for a page is forgotten by requests that outlive the page.
 */
export function launchOptions(agent?: string): LaunchOptions {
  return {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // An automated browser says so in navigator.webdriver, and the collector then counts it among the bots.
    args: [
      "--disable-blink-features=AutomationControlled",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--lang=en-GB",
      ...(agent ? [`--user-agent=${agent}`] : []),
    ],
  };
}
