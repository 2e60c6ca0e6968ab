import { existsSync } from "node:fs";
import { freePort } from "./free-port.js";
import { type Running, start } from "./process.js";
import { until } from "./until.js";

const driver = process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver";

const places = ["x86_64", "aarch64"].flatMap((machine) =>
  ["4.1", "4.0"].map((version) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}/MiniBrowser`),
);

/** A session of WebDriver (https://www.w3.org/TR/webdriver2/) with a WebKitGTK of its own, which forgets everything. */
export interface WebKit {
  readonly version: string;
  /** Handle of the window that it begins with, and that has to stay: new ones are opened from there. */
  readonly first: string;
  /** Sends a command to an address below the session's; resolves to its value. */
  command<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T>;
  end(): Promise<void>;
}

/** A screen that nobody sees: WebKitGTK does without none. Resolves to its process, and how it is called. */
export async function screen(): Promise<Running & { readonly display: string }> {
  // It chooses a number that is free, and says which.
  const process = start("Xvfb", ["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], "/tmp");
  const [, number] = await process.says(/^(\d+)$/m);
  return { ...process, display: `:${number}` };
}

/** Starts a browser on a screen. */
export async function startWebKit(display: string): Promise<WebKit> {
  const port = await freePort();
  const process = start(driver, [`--port=${port}`, "--host=127.0.0.1"], "/tmp", { DISPLAY: display });
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(method === "POST" ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    const { value } = (await answer.json()) as { value: T & { message?: string } };
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}\n${process.output()}`);
    return value;
  };
  await until("the driver of WebKit to listen", async () => {
    if (process.hasEnded()) throw new Error(process.output());
    return ask("GET", "/status");
  });
  const binary = places.find((place) => existsSync(place));
  const asked = { browserName: "MiniBrowser", "webkitgtk:browserOptions": { binary, args: ["--automation"] } };
  const { sessionId, capabilities } = await ask<{ sessionId: string; capabilities: { browserVersion: string } }>(
    "POST",
    "/session",
    { capabilities: { alwaysMatch: asked } },
  );
  const address = `/session/${sessionId}`;
  return {
    first: await ask<string>("GET", `${address}/window`),
    version: capabilities.browserVersion,
    command: (method, path, body) => ask(method, `${address}${path}`, body),
    end: async () => {
      // Where the session has ended already, nothing is left to end but the driver.
      await ask("DELETE", address).catch(() => undefined);
      await process.stop();
    },
  };
}
