// Measures where the real elements of the example's pages are, at the widths of the generated visitors' devices, with
// the SDK's own functions for anchors and positions, and writes layout.json. Needs a build and Chromium:
//   npm run build && node examples/script-tag/demo/measure.mjs
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { exampleSite, pages } from "../server.mjs";

// The browser driver is a dependency of the end-to-end tests alone.
const { chromium } = createRequire(new URL("../../../e2e/package.json", import.meta.url))("playwright-core");

const viewports = [
  [390, 700],
  [600, 880],
  [820, 1100],
  [1180, 680],
  [1440, 780],
  [1728, 972],
];

const source = (path) => fileURLToPath(new URL(`../../../packages/sdk/dist/${path}`, import.meta.url));

/** The SDK's functions as a script that sets `globalThis.sdk`. */
async function sdkScript() {
  const entry = "\0entry";
  const bundle = await rollup({
    input: entry,
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) =>
          id === entry
            ? `export { anchors } from ${JSON.stringify(source("anchor.js"))};
               export { pressPosition } from ${JSON.stringify(source("press/position.js"))};
               export { pressedLink } from ${JSON.stringify(source("press/link.js"))};`
            : null,
      },
      nodeResolve(),
    ],
  });
  const { output } = await bundle.generate({ format: "iife", name: "sdk" });
  return output[0].code;
}

/** Runs in the page: what can be pressed, and what people press in vain. */
function measure() {
  const { anchors, pressPosition, pressedLink } = globalThis.sdk;
  const roleOf = (element) => {
    if (element.matches("button[type=submit]")) return "submit";
    if (element.matches("button[data-copy]")) return "copy";
    if (element.closest("a")) return "link";
    if (element.closest("summary")) return "summary";
    if (element.matches("input, select, label")) return "field";
    return element.closest("button") ? "button" : "still";
  };
  const elements = [];
  const seen = new Set();
  const candidates = "a, button, summary, input, select, main img, .plan .price, .card h3, figure svg, blockquote p";
  for (const candidate of document.querySelectorAll(candidates)) {
    if (candidate.matches(".skip")) continue;
    candidate.scrollIntoView({ block: "center", behavior: "instant" });
    const box = candidate.getBoundingClientRect();
    if (box.width < 4 || box.height < 4) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const pressed = document.elementFromPoint(x, y);
    if (!pressed || !(candidate.contains(pressed) || pressed.contains(candidate)) || seen.has(pressed)) continue;
    seen.add(pressed);
    const { left, top, width, height } = pressed.getBoundingClientRect();
    const { fixed } = pressPosition(pressed, false, x, y);
    const link = pressed.closest("a");
    const role = roleOf(pressed);
    const { out, file } = pressedLink(pressed);
    const to = out ?? (link && !file ? link.getAttribute("href") : undefined);
    elements.push({
      el: anchors(pressed),
      box: [left + (fixed ? 0 : scrollX), top + (fixed ? 0 : scrollY), width, height].map(Math.round),
      ...(fixed ? { fixed: true } : {}),
      ...(to ? { to } : {}),
      ...(file ? { file: new URL(file).pathname } : {}),
      role,
    });
  }
  scrollTo({ top: 0, behavior: "instant" });
  const { scrollWidth: dw, scrollHeight: dh } = document.documentElement;
  return { vw: innerWidth, vh: innerHeight, dw, dh, elements };
}

const script = await sdkScript();
const site = await exampleSite();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const measured = [];
for (const [path, { title }] of Object.entries(pages)) {
  const sizes = [];
  for (const [width, height] of viewports) {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.goto(site.url + path, { waitUntil: "load" });
    await page.addScriptTag({ content: script });
    sizes.push(await page.evaluate(measure));
    await page.close();
  }
  measured.push({ path, title, sizes });
  process.stderr.write(`${path}: ${sizes.map(({ elements }) => elements.length).join(", ")} elements\n`);
}
await browser.close();
await site.close();

const file = new URL("layout.json", import.meta.url);
await writeFile(file, JSON.stringify({ pages: measured }));
const biome = fileURLToPath(new URL("../../../node_modules/.bin/biome", import.meta.url));
execFileSync(biome, ["format", "--write", fileURLToPath(file)], { stdio: "inherit" });
