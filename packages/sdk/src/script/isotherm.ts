import type { Capture, Stop } from "../capture.js";
import { type Isotherm, start } from "../start.js";
import { lazyFiles } from "./lazy-files.js";

/** What the stub leaves behind: calls that came before the script. */
interface Stub {
  readonly q?: readonly [keyof Isotherm, unknown[]][];
}

// Known only while the script runs for the first time, and null in every callback.
const { src, dataset } = document.currentScript as HTMLScriptElement;

/** A capture in a file of its own, beside this one. */
function lazy(name: string): Capture {
  return (emit, context) => {
    let stop: Stop | undefined;
    let stopped = false;
    const file = lazyFiles[name];
    // No `script.src` is ever assigned: `require-trusted-types-for 'script'` forbids it, and allows this.
    const loaded: Promise<{ capture: () => Capture }> = file
      ? import(new URL(file, src).href)
      : Promise.reject(`data-use knows no "${name}"`);
    loaded
      .then(({ capture }) => {
        if (!stopped) stop = capture()(emit, context);
      })
      .catch((cause) => context.fail("capture_failed", cause));
    return () => {
      stopped = true;
      stop?.();
    };
  };
}

const { key = "", to = "", use = "", every, consent, hash, frames, debug } = dataset;
const isotherm: Isotherm = start({
  key,
  to,
  use: use.split(/\s+/).filter(Boolean).map(lazy),
  ...(every ? { every: +every } : {}),
  consent: consent === "required" ? consent : undefined,
  hash: hash !== undefined,
  frames: frames !== undefined,
  debug: debug !== undefined,
});

const page = window as { isotherm?: Isotherm & Stub };
const calls = page.isotherm?.q ?? [];
page.isotherm = isotherm;
for (const [method, args] of calls) (isotherm[method] as (...args: unknown[]) => void)(...args);
