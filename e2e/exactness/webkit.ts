import { until } from "../kit/until.js";
import { screen, startWebKit, type WebKit } from "../kit/webkit.js";
import { viewport } from "../site/pages.js";
import type { Engine, EngineBrowser, EngineTab } from "./engine.js";
import { flush, heedRestore, ready, stores, track, wasRestored, wipe } from "./in-page.js";

const forgotten = "under automation MiniBrowser keeps its profile in memory, and ends with its first page that crashes";

let told = "";
let display: ReturnType<typeof screen> | undefined;
/** Browsers by the profile that they stand for, and those without. */
const running = new Map<string | symbol, Promise<WebKit>>();

/** WebKitGTK's MiniBrowser over WebDriver. */
export const webKitEngine: Engine = {
  name: "WebKitGTK",
  lacks: {
    "renderer crash": forgotten,
    kill: forgotten,
    "small disk": forgotten,
    "blocked storage": "MiniBrowser has no setting that forbids pages to store",
  },
  careless: { "last write": "what a page writes while it is left is lost, although it is committed at once" },
  remark:
    "Of WebKitGTK only the tabs are closed between two visits, as the profile of a driven MiniBrowser ends with it",
  version: async () => told,
  async open(profile) {
    const name = profile ?? Symbol("forgetful");
    const on = await shown();
    const browser = running.get(name) ?? startWebKit(on);
    running.set(name, browser);
    told = (await browser).version;
    return browserOf(await browser, async () => {
      if (profile !== undefined) return;
      running.delete(name);
      await (await browser).end();
    });
  },
  async close() {
    for (const browser of running.values()) await (await browser).end();
    running.clear();
    await (await display)?.stop();
    display = undefined;
  },
};

/** The display that its windows are on. */
async function shown(): Promise<string> {
  display ??= screen();
  return (await display).display;
}

function browserOf(webkit: WebKit, over: () => Promise<void>): EngineBrowser {
  const tabs = new Set<EngineTab>();
  // A command goes to the window that was chosen last.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const windowOf = async (): Promise<Window> => {
    const { handle } = await inTurn(async () => {
      await webkit.command("POST", "/window", { handle: webkit.first });
      return webkit.command<{ handle: string }>("POST", "/window/new", { type: "window" });
    });
    const command: Window["command"] = (method, path, body) =>
      inTurn(async () => {
        await webkit.command("POST", "/window", { handle });
        return webkit.command(method, path, body);
      });
    return {
      command,
      async run(act, argument) {
        const script = `const done = arguments[1];
          Promise.resolve(arguments[0]).then(${act}).then((value) => done({ value }), (error) => done({ error: String(error) }))`;
        const { value, error } = await command<{ value: never; error?: string }>("POST", "/execute/async", {
          script,
          args: [argument ?? null],
        });
        if (error !== undefined) throw new Error(error);
        return value;
      },
    };
  };

  return {
    tab: async (url) => {
      const window = await windowOf();
      // The window's frame takes its part.
      await window.command("POST", "/window/rect", {
        x: 0,
        y: 0,
        width: viewport.width,
        height: viewport.height + 100,
      });
      await load(window, url);
      const tab = tabOf(window, () => tabs.delete(tab));
      tabs.add(tab);
      return tab;
    },
    // Its pages are told nothing: they find the line cut.
    network: async () => undefined,
    close: async () => {
      for (const tab of tabs) await tab.close();
      await over();
    },
    kill: () => Promise.reject(new Error(forgotten)),
  };
}

/** A window of the browser's. */
interface Window {
  command: WebKit["command"];
  /** Runs a function in its page, sent as text. */
  run<T, A>(act: (argument: A) => T | Promise<T>, argument?: A): Promise<T>;
}

async function load(window: Window, url: string): Promise<void> {
  await window.command("POST", "/url", { url });
  await window.run(ready);
  await window.run(heedRestore);
  await window.run(countRequests);
}

function tabOf(window: Window, gone: () => void): EngineTab {
  return {
    track: (names, bytes) => window.run(track, { names, bytes }),
    press: (x, y) => {
      const actions = [
        { type: "pointerMove", x, y, duration: 0, origin: "viewport" },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ];
      const mouse = { type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions };
      return window.command("POST", "/actions", { actions: [mouse] });
    },
    go: (url) => load(window, url),
    back: async () => {
      await window.run(() => history.back());
      if (!(await until("the page to come back", () => window.run(wasRestored))))
        throw new Error("it was loaded, instead of coming back from the back/forward cache");
    },
    flush: () => window.run(flush),
    hide: async () => {
      await window.command("POST", "/window/minimize");
      await until("the page to be hidden", async () => ((await window.run(() => document.hidden)) ? true : null));
    },
    answered: async () => {
      await until("every request to be answered", async () => ((await window.run(requests)) === 0 ? true : null));
    },
    stores: () => window.run(stores),
    wipe: () => window.run(wipe),
    crash: () => Promise.reject(new Error(forgotten)),
    close: async () => {
      gone();
      await window.command("DELETE", "/window");
    },
  };
}

/** WebDriver tells nothing of a page's requests: the page counts them itself. */
function countRequests(): void {
  const page = globalThis as unknown as { asked?: number };
  const plain = fetch;
  page.asked = 0;
  globalThis.fetch = async (...args) => {
    page.asked = (page.asked ?? 0) + 1;
    try {
      return await plain(...args);
    } finally {
      page.asked--;
    }
  };
}

/** How many of them are not answered yet. */
function requests(): number {
  return (globalThis as unknown as { asked: number }).asked;
}
