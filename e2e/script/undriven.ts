import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchOptions } from "../kit/chromium.js";

/** Opens a page in a Chromium that nobody drives: where something is attached to its pages, it activates none that it has prerendered. */
export function undriven(url: string, agent: string): { end(): Promise<void> } {
  const profile = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
  const { executablePath = "", args = [] } = launchOptions(agent);
  // Without the port a headless Chromium ends with the first page.
  const own = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const browser = spawn(executablePath, [...args, ...own, url], { stdio: "ignore", detached: true });
  const ended = new Promise<void>((resolve) => browser.once("exit", () => resolve()));
  return {
    async end() {
      // The group is the browser's own: it was started detached.
      if (browser.pid !== undefined) process.kill(-browser.pid, "SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
