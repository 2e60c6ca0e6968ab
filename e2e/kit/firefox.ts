import type { LaunchOptions } from "puppeteer-core";

/** How Debian's Firefox starts without a screen, driven over WebDriver BiDi. */
export const firefoxOptions = {
  browser: "firefox",
  executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
  headless: true,
  // What a killed process leaves for whoever sends reports takes its time.
  env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: "1" },
} satisfies LaunchOptions;
