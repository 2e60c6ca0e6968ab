import type { LaunchOptions } from "playwright-core";

/** How Debian's Chromium starts as root, without a graphics card, and without calling home. */
export function launchOptions(): LaunchOptions {
  return {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  };
}
