import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Metric } from "web-vitals";
import type { Capture } from "../../src/index.js";
import * as sdk from "../../src/index.js";
import { begin, pass, restoreBrowser, show, stayOnPage, trusted } from "../support/browser.js";
import { withClicks } from "../support/press.js";
import { type FakeServer, fakeServer } from "../support/server.js";

let report: (metric: Metric) => void = () => {};
vi.mock("web-vitals", () => {
  const measure = (listener: (metric: Metric) => void): void => {
    report = listener;
  };
  return { onCLS: measure, onFCP: measure, onINP: measure, onLCP: measure, onTTFB: measure };
});

vi.mock("../../src/snapshot/picture.js", () => ({ picture: () => ({}) }));

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_790_000_000_000 });
  stayOnPage();
  server = fakeServer();
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  vi.stubGlobal("innerHeight", 300);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(100, 200, 300, 100));
  document.body.innerHTML =
    "<main id='order'><button class='buy'>Buy now</button><input id='mail'><a href='https://other.example/' data-iso-track='partner' data-iso-track-place='end'>Out</a></main>";
});
afterEach(restoreBrowser);

const happen = (selector: string, event: Event): void => {
  document.querySelector(selector)?.dispatchEvent(trusted(event));
};
const press = (selector: string): void => {
  happen(selector, new MouseEvent("click", { bubbles: true, detail: 1, clientX: 175, clientY: 250 }));
};
const move = (x: number, y: number): void => {
  const event = new PointerEvent("pointermove", { bubbles: true, pointerType: "mouse" });
  Object.defineProperties(event, { pageX: { value: x }, pageY: { value: y } });
  happen("main", event);
};
const hero = sdk.experiments({ hero: { variants: ["calm", "bold"], unit: "user" } });

/** What each capture is put to, for its page under docs/captures to show what is sent. */
const scenes: { readonly [name: string]: readonly [capture: () => Capture, act: () => void | Promise<void>] } = {
  attention: [sdk.attention, () => pass(1_200)],
  clicks: [sdk.clicks, () => press(".buy")],
  dead: [
    () => withClicks(sdk.dead()),
    async () => {
      press(".buy");
      await pass(2_600);
    },
  ],
  errors: [
    () => sdk.errors({ stack: false }),
    () => {
      const place = { filename: "https://shop.example/app.js", lineno: 12, colno: 7 };
      window.dispatchEvent(new ErrorEvent("error", { message: "Uncaught TypeError: x is not a function", ...place }));
    },
  ],
  experiments: [
    () => hero,
    () => {
      hero.show("hero");
    },
  ],
  forms: [sdk.forms, () => happen("#mail", new Event("focus"))],
  keyboard: [sdk.keyboard, () => happen("main", new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }))],
  links: [() => withClicks(sdk.links()), () => press("a")],
  moves: [
    sdk.moves,
    async () => {
      for (const [x, y] of [
        [400, 300],
        [420, 340],
        [520, 320],
      ] as const) {
        move(x, y);
        await pass(60);
      }
    },
  ],
  rage: [
    () => withClicks(sdk.rage()),
    () => {
      for (let i = 0; i < 3; i++) press(".buy");
    },
  ],
  scrolls: [
    sdk.scrolls,
    async () => {
      const root = document.documentElement;
      Object.defineProperty(root, "scrollHeight", { configurable: true, value: 2_000 });
      for (const y of [200, 700]) {
        root.scrollTop = y;
        document.dispatchEvent(new Event("scroll"));
        await pass(100);
      }
      Reflect.deleteProperty(root, "scrollHeight");
      root.scrollTop = 0;
    },
  ],
  snapshots: [
    sdk.snapshots,
    async () => {
      // Whoever asks, and takes what is brought, is no part of what is shown.
      vi.spyOn(Math, "random").mockReturnValue(0.5);
      const batches = fetch;
      const uploads: string[] = [];
      vi.stubGlobal("fetch", async (to: string, init: RequestInit) => {
        if (to === "/in") return batches(to, init);
        uploads.push(to);
        return new Response(null, { status: 204 });
      });
      const hints = { snapshot: ["/"] };
      server.answer = () => new Response(JSON.stringify({ rejected: [], hints }), { status: 202 });
      show(false);
      show(true);
      await vi.waitFor(async () => {
        await pass(10);
        expect(uploads).toHaveLength(1);
      });
      await pass(10);
    },
  ],
  tracked: [() => withClicks(sdk.tracked()), () => press("a")],
  vitals: [sdk.vitals, () => report({ name: "LCP", value: 1_234.5678, rating: "good" } as Metric)],
};

describe("the documented wire", () => {
  test.each(Object.keys(scenes))("of %s is what is sent", async (name) => {
    const [capture, act] = scenes[name] ?? [];
    if (!capture || !act) throw new Error(`there is no scene for ${name}`);
    const isotherm = begin({ use: [capture()], every: 3_600_000 });
    if (name === "experiments") isotherm.identify("user-1");
    await act();
    await isotherm.flush();
    const sent = server.events().filter(({ type }) => type !== "page" && type !== "identify");
    await expect(`${sent.map((event) => JSON.stringify(event)).join("\n")}\n`).toMatchFileSnapshot(
      `wire/${name}.jsonl`,
    );
  });
});
