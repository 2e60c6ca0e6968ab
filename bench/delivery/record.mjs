// Writes what each SDK really posts to e2e/exactness/sinks/recorded, for the test of the sinks that count it. Run it again
// when an SDK's new version posts otherwise: node bench/delivery/record.mjs
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";
import { run, tool } from "../../scripts/run.mjs";
import { bundled } from "../../scripts/sdk-sizes.mjs";

register();
const { chromiumEngine } = await import("../../e2e/exactness/chromium.ts");
const { contenders } = await import("./contenders.mjs");
const { play } = await import("./play.mjs");

const bench = fileURLToPath(new URL("..", import.meta.url));

/** A visitor who stays until all has arrived, and one who leaves at once. */
const visit = (stays, leaves) => ({
  name: "recorded",
  async act({ open, produced, arrived }) {
    const browser = await open();
    const tab = await browser.tab();
    await tab.press();
    await tab.track(stays - 1, 200);
    await tab.track(1);
    await arrived(new Map(produced));
    await tab.close();
    const other = await browser.tab("other");
    await other.track(leaves);
    await other.close();
  },
});

try {
  for (const { name, backend, source, setup, package: from } of contenders.filter((_, i) => i > 0)) {
    const posts = [];
    const recorded = ({ path, query, headers, body }) => {
      const kept = ["content-type", "x-project-key"].filter((header) => headers[header]);
      posts.push({
        path: query.size > 0 ? `${path}?${query}` : path,
        headers: Object.fromEntries(kept.map((header) => [header, headers[header]])),
        body: body.toString("base64"),
      });
    };
    // heat-sdk sends nothing when a page ends.
    const [stays, leaves] = [30, from === "@m-software-engineering/heat-sdk" ? 0 : 5];
    const code = await bundled(source(setup), bench);
    await play(chromiumEngine, visit(stays, leaves), { code, backend }, { recorded });
    const file = new URL(`../../e2e/exactness/sinks/recorded/${name.toLowerCase()}.json`, import.meta.url);
    await writeFile(file, JSON.stringify({ events: stays + leaves, posts }));
    await run(tool("biome"), ["format", "--write", fileURLToPath(file)]);
  }
} finally {
  await chromiumEngine.close();
}
