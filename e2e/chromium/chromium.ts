import type { LaunchOptions } from "playwright-core";

/** How Debian's Chromium starts as root, without a graphics card, and without calling home. */
export function launchOptions(): LaunchOptions {
  return {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // An automated browser says so in navigator.webdriver, and the collector then counts it among the bots.
    args: [
      "--disable-blink-features=AutomationControlled",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
    ],
  };
}
