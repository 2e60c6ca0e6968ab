import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type CaptureStage, captureStage } from "../kit/capture-stage.js";
import { launchOptions } from "../kit/chromium.js";

let browser: Browser;
let stage: CaptureStage;
let page: Page;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions());
});
afterAll(() => browser?.close());
afterEach(async () => {
  await page?.context().close();
  await stage?.close();
});

/** Opens a page whose body is `html`, once every capture in `use` runs. */
async function open(use: string, html: string, options: BrowserContextOptions = {}): Promise<void> {
  const doctype = "<!doctype html><html lang='en'><head><title>Page</title></head>";
  stage = await captureStage(
    {
      "/": `${doctype}<body style="margin:0">${html}</body></html>`,
      "/frame": `${doctype}<body style="margin:0"><button id="inner" style="position:absolute;left:40px;top:600px;width:100px;height:50px">In</button><p style="height:2000px"></p></body></html>`,
    },
    use,
  );
  const context = await browser.newContext({ viewport: { width: 1000, height: 600 }, ...options });
  page = await context.newPage();
  await page.goto(stage.url, { waitUntil: "networkidle" });
}

/** The strict anchor of an event. */
const strict = ({ el }: { readonly el: string }): string => el.split(" ")[0] ?? "";

const at = (left: number, top: number, width: number, height: number): string =>
  `position:absolute;left:${left}px;top:${top}px;width:${width}px;height:${height}px;box-sizing:border-box`;

describe("clicks, in Chromium,", () => {
  test("know the place in a box, in a scroll container, under a stuck header and in what is fixed", async () => {
    await open(
      "clicks",
      `<div style="height:4000px">
        <header id="bar" style="position:sticky;top:0;height:50px;background:#eee"><button id="menu" style="${at(0, 0, 100, 50)}">Menu</button></header>
        <div id="list" style="${at(100, 1100, 300, 200)};overflow:auto"><p style="height:900px"></p><button id="row" style="${at(20, 460, 200, 40)}">Row</button></div>
        <button id="chat" style="position:fixed;right:0;bottom:0;width:80px;height:40px">Chat</button>
      </div>`,
    );
    await page.evaluate(() => {
      scrollTo(0, 1000);
      document.querySelector("#list")?.scrollTo(0, 400);
    });
    await page.mouse.click(25, 25);
    // The row stands at 1100 + 460 − 400 in the document, and 1000 less in the viewport.
    await page.mouse.click(100 + 20 + 50, 160 + 30);
    await page.mouse.click(940, 570);
    const [menu, row, chat] = await stage.came("click", 3);
    expect(menu).toMatchObject({ x: 25, y: 25, fixed: true, ex: 8_192, ey: 16_384 });
    expect(row).toMatchObject({ x: 170, y: 1_190, ex: 8_192, ey: 24_576, box: { x: 0, y: 400 } });
    expect(row).not.toHaveProperty("fixed");
    expect(row?.box?.el).toMatch(/^#list /);
    expect(chat).toMatchObject({ x: 940, y: 570, fixed: true, ex: 8_192, ey: 8_192 });
    expect([menu, row, chat].map((one) => one && strict(one))).toEqual(["#menu", "#row", "#chat"]);
  });

  test("go into shadow roots, and into a frame of the site with its offsets", async () => {
    await open(
      "clicks",
      `<my-card id="card" style="${at(0, 0, 200, 100)}"></my-card>
       <iframe id="embed" src="/frame" style="${at(300, 100, 400, 300)};border:10px solid;padding:0"></iframe>`,
    );
    await page.evaluate(() => {
      const root = document.querySelector("#card")?.attachShadow({ mode: "open" });
      if (root) root.innerHTML = "<button style='width:200px;height:100px'>Deep</button>";
      frames[0]?.scrollTo(0, 500);
    });
    await page.mouse.click(50, 50);
    // In the frame: 40 + 50 and 600 + 25 − 500, from the inner edge of its border.
    await page.mouse.click(300 + 10 + 90, 100 + 10 + 125);
    const [deep, inner] = await stage.came("click", 2);
    expect(deep && strict(deep)).toBe("#card>>button:1");
    expect(inner && strict(inner)).toBe("#embed>>#inner");
    expect(inner).toMatchObject({ x: 400, y: 235, ex: 16_384, ey: 16_384, box: { x: 0, y: 500 } });
  });

  test("record a frame's presses after it has loaded anew, once", async () => {
    await open("clicks", `<iframe id="embed" src="/frame" style="${at(0, 0, 400, 600)};border:0"></iframe>`);
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const frame = document.querySelector("iframe");
          frame?.addEventListener("load", () => resolve(), { once: true });
          frame?.contentWindow?.location.reload();
        }),
    );
    await page.mouse.click(10, 10);
    await page.mouse.click(20, 300);
    const found = await stage.came("click", 2);
    expect(found.map(({ n, y }) => [n, y])).toEqual([
      [0, 10],
      [1, 300],
    ]);
    await page.evaluate(() => frames[0]?.document.querySelector("[data-key]")?.setAttribute("data-frames", ""));
    await page.mouse.click(30, 300);
    await page.mouse.click(600, 20);
    // A frame whose own script tag runs in frames counts its own.
    expect((await stage.came("click", 3)).slice(2)).toMatchObject([{ n: 2, x: 600 }]);
  });

  test("take the middle for a press by the keyboard, and one press on a label for one", async () => {
    await open(
      "clicks",
      `<button id="send" style="${at(100, 100, 200, 100)}">Send</button><label id="terms" style="${at(0, 300, 100, 20)}">Terms<input type="checkbox"></label>`,
    );
    await page.focus("#send");
    await page.keyboard.press("Enter");
    await page.mouse.click(10, 310);
    // Waiting for a third would be waiting for nothing: the page's end sends all there is.
    await stage.came("click", 2);
    await page.goto("about:blank");
    expect(stage.of("click")).toMatchObject([
      { kb: true, x: 200, y: 150, ex: 16_384, ey: 16_384 },
      { el: expect.stringMatching(/^#terms /) },
    ]);
  });

  test("tell dead presses from those that something comes of", async () => {
    await open(
      "clicks",
      `<button id="dead">Dead</button><button id="alive" onclick="this.textContent = 'Done'">Alive</button>
       <button id="opens" popovertarget="menu">Opens</button><div id="menu" popover>Menu</div>
       <details><summary id="more">More</summary>Text</details><select id="pick"><option>One</option></select>
       <a id="void" href="#">Nothing</a><canvas id="draw" style="cursor:pointer"></canvas>`,
    );
    for (const id of ["alive", "opens", "more", "draw", "pick", "dead"]) await page.click(`#${id}`);
    const [one] = await stage.came("dead", 1);
    await page.click("#void");
    const [, two] = await stage.came("dead", 2);
    await page.goto("about:blank");
    const name = (of: number | undefined): string => strict(stage.of("click").find(({ n }) => n === of) ?? { el: "" });
    expect([name(one?.of), name(two?.of)]).toEqual(["#dead", "#void"]);
    expect(stage.of("dead")).toHaveLength(2);
  });

  test("of a finger are presses; its moves are no pointer's trail", async () => {
    await open("clicks moves", `<button id="buy" style="${at(0, 0, 200, 100)}">Buy</button>`, { hasTouch: true });
    await page.touchscreen.tap(100, 50);
    const [tap] = await stage.came("click", 1);
    expect(tap).toMatchObject({ x: 100, y: 50, ex: 16_384, ey: 16_384 });
    await page.goto("about:blank");
    expect(stage.of("move")).toEqual([]);
  });
});

describe("moves and scrolls, in Chromium,", () => {
  test("end where the pointer was when the page was left", async () => {
    await open("moves", "<main style='height:2000px'></main>");
    for (let i = 0; i <= 40; i++) await page.mouse.move(100 + i * 13, 100 + ((i * 37) % 200));
    await page.mouse.move(777, 333);
    await page.goto("about:blank");
    const paths = (await stage.came("move", 1)).map(({ path }) => path);
    const [x = 0, y = 0, ...steps] = paths.at(-1) ?? [];
    const sum = (from: number, offset: number): number =>
      steps.reduce((all, step, i) => (i % 3 === offset ? all + step : all), from);
    expect([sum(x, 1), sum(y, 2)]).toEqual([777, 333]);
  });

  test("follow containers, and measure a page that has grown again", async () => {
    await open(
      "scrolls",
      `<div id="list" style="width:300px;height:200px;overflow:auto"><p style="height:1000px;margin:0"></p></div><main style="height:2200px"></main>`,
    );
    await page.evaluate(() => document.querySelector("#list")?.scrollTo(0, 300));
    await page.evaluate(() => scrollTo(0, 600));
    const depth = () => stage.of("scroll").findLast(({ el }) => !el)?.max;
    await expect
      .poll(() => stage.of("scroll").find(({ el }) => el))
      .toMatchObject({
        path: [300],
        max: 500,
        el: expect.stringMatching(/^#list /),
      });
    // 600 + 600 of 2400.
    await expect.poll(depth).toBe(500);
    await page.evaluate(() => {
      document.querySelector("main")?.setAttribute("style", "height:4600px");
      scrollTo(0, 601);
    });
    await expect.poll(depth).toBe(250);
  });
});

describe("the other captures, in Chromium,", () => {
  test("attention counts no more than the time that passed, in the bands that were in view", async () => {
    const before = Date.now();
    await open("attention", "<main style='height:4000px'></main>");
    await page.mouse.move(10, 10);
    await page.evaluate(() => scrollTo(0, 1000));
    await page.mouse.move(20, 20);
    await stage.came("page", 1);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    await page.goto("about:blank");
    const found = await stage.came("attention", 1);
    const passed = Date.now() - before;
    const engaged = found.reduce((sum, one) => sum + one.engaged, 0);
    expect(engaged).toBeGreaterThan(0);
    expect(engaged).toBeLessThanOrEqual(passed);
    const bands = new Set(found.flatMap((one) => one.bands.map(([band]) => band)));
    for (const band of [0, 5]) expect(bands).toContain(band);
    for (const one of found) for (const [, ms] of one.bands) expect(ms).toBeLessThanOrEqual(one.engaged);
  });

  test("vitals are the browser's own, and those that are known only at the end come before the page is gone", async () => {
    await open("vitals", "<h1>Large</h1>");
    await stage.came("vital", 2);
    await page.goto("about:blank");
    await stage.came("vital", 4);
    const names = new Set(stage.of("vital").map(({ name }) => name));
    expect(names).toEqual(new Set(["CLS", "FCP", "LCP", "TTFB"]));
  });

  test("a press that the page answers slowly is its INP", async () => {
    await open("vitals", `<button style="${at(0, 0, 100, 50)}">Slow</button>`);
    await page.evaluate(() =>
      document.querySelector("button")?.addEventListener("click", () => {
        const end = performance.now() + 200;
        while (performance.now() < end);
      }),
    );
    await stage.came("vital", 2);
    await page.mouse.click(50, 25);
    // web-vitals looks at a press once the page is idle, and one that is left before has no INP.
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const observer = new PerformanceObserver((list) => {
            if (list.getEntriesByName("click").length > 0)
              setTimeout(() => requestIdleCallback(() => resolve(), { timeout: 2000 }));
          });
          observer.observe({ type: "event", buffered: true });
        }),
    );
    await page.goto("about:blank");
    await stage.came("vital", 5);
    const inp = stage.of("vital").find(({ name }) => name === "INP");
    expect(inp?.value).toBeGreaterThanOrEqual(200);
  });

  test("forms, keyboard and errors tell what happened, and nothing that was written", async () => {
    await open(
      "forms keyboard errors",
      `<form id="order" onsubmit="return false"><input id="mail"><textarea id="note"></textarea><button>Send</button></form>`,
    );
    await page.focus("#mail");
    await page.keyboard.type("jane@doe.example");
    await page.keyboard.press("Tab");
    await page.keyboard.type("confidential");
    await page.click("button");
    await page.evaluate(() => {
      setTimeout(() => {
        throw new TypeError("broken");
      });
      Promise.reject(new RangeError("refused"));
    });
    await stage.came("error", 2);
    await page.goto("about:blank");
    await stage.came("input", 7);
    expect(stage.of("input").map((one) => [strict(one), one.act])).toEqual([
      ["#mail", "focus"],
      ["#mail", "change"],
      ["#mail", "blur"],
      ["#note", "focus"],
      ["#note", "change"],
      ["#note", "blur"],
      ["#order", "submit"],
    ]);
    expect(stage.of("keyboard").map(({ cat }) => cat)).toEqual(["navigation"]);
    expect(
      stage
        .of("error")
        .map(({ message }) => message)
        .sort(),
    ).toEqual(["RangeError: refused", "Uncaught TypeError: broken"]);
    expect(stage.text()).not.toMatch(/jane|confidential/);
  });
});
