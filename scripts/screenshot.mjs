import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run.mjs";
import { chromium as findChromium } from "./suites.mjs";

// The picture of the README: the real dashboard over the generated month, as a person sees it.
const { chromium } = createRequire(`${root}e2e/package.json`)("playwright-core");
const data = mkdtempSync(join(tmpdir(), "isotherm-screenshot-"));
const images = join(root, "docs/images");
mkdirSync(images, { recursive: true });

const child = spawn(process.execPath, ["scripts/start.mjs", "--demo", "--data", data], {
  cwd: root,
  env: { ...process.env, ISOTHERM_RELAY_PORT: "0", ISOTHERM_COLLECTOR_PORT: "0", NO_COLOR: "1" },
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = new Promise((resolve) => child.once("close", resolve));

try {
  const address = await generatedSite(child);
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1180 }, colorScheme: "light" });
  await page.goto(address.replace("#", "&bucket=1280#"));
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(images, "dashboard.png") });
  await browser.close();
} finally {
  child.kill("SIGINT");
  await ended;
  rmSync(data, { recursive: true, force: true });
}

/** The dashboard's address for the generated site, as soon as it is printed. */
function generatedSite({ stdout }) {
  return new Promise((resolve, reject) => {
    let text = "";
    stdout.on("data", (chunk) => {
      text += chunk;
      const found = /Generated\s+(http\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
    stdout.once("end", () => reject(new Error(`npm start ended without an address:\n${text}`)));
  });
}
