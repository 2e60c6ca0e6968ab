import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { launch, mustBeBuilt, root } from "../process.js";
import { sendBatch, untilReceived } from "../sender.js";
import { temporaryFolder } from "../temporary-folder.js";

beforeAll(mustBeBuilt);

/** What `npm start` does once everything is installed and built. */
function startExample(cwd: string) {
  const script = join(cwd, "start.mjs");
  const module = pathToFileURL(`${root}scripts/start/run-example.mjs`).href;
  writeFileSync(
    script,
    `import { runExample } from ${JSON.stringify(module)};
     const data = ${JSON.stringify(join(cwd, "data"))};
     process.exitCode = await runExample({ demo: false, data, freePort: async () => 0 });`,
  );
  return launch(script, [], cwd);
}

describe("npm start", () => {
  test("serves the example through the relay, with a snippet that works, and ends with 0 at Ctrl-C", async () => {
    const { child, says, ended } = startExample(temporaryFolder());
    const site = await says(/Example site +(http\S+)/);
    const readKey = await says(/#key=(rd_\w{32})/);
    const dashboard = await says(/Dashboard +(http[^#\s]+)/);
    await says(/(Ctrl-C stops)/);

    const home = await (await fetch(site)).text();
    const tag = /<script async src="([^"]+)" integrity="(sha384-[^"]+)".*data-key="(pk_\w+)" data-to="([^"]+)"/.exec(
      home,
    );
    const [, script = "", , key = "", intake = ""] = tag ?? [];
    expect(home).toContain('data-use="clicks moves scrolls offline" data-every="1000"');
    expect((await fetch(new URL(script, site))).headers.get("content-type")).toMatch(/javascript/);
    for (const path of ["/pricing", "/docs/berths", "/stories/a-winter-at-the-quay"]) {
      const page = await fetch(new URL(path, site));
      expect([path, page.status, (await page.text()).includes(key)]).toEqual([path, 200, true]);
    }
    expect((await fetch(new URL("/nowhere", site))).status).toBe(404);

    expect(await sendBatch(new URL(intake, site).href, key)).toBe(204);
    await untilReceived(1, dashboard, readKey);
    child.kill("SIGINT");
    expect(await ended()).toBe(0);
  }, 60_000);
});
