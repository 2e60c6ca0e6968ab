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
    // No `script.src` is ever assigned: `require-trusted-types-for 'script'` forbids it, and allows this.
    import(new URL(lazyFiles[name] ?? name, src).href)
      .then(({ capture }: { capture: () => Capture }) => {
        if (!stopped) stop = capture()(emit, context);
      })
      .catch((cause) => context.fail("capture_failed", cause));
    return () => {
      stopped = true;
      stop?.();
    };
  };
}

const { key = "", to = "", use = "", every, consent } = dataset;
const isotherm: Isotherm = start({
  key,
  to,
  use: (use.match(/\w+/g) ?? []).map(lazy),
  every: every ? +every : undefined,
  consent: consent ? "required" : undefined,
  hash: "hash" in dataset,
  frames: "frames" in dataset,
  debug: "debug" in dataset,
});

const page = window as { isotherm?: Isotherm & Stub };
const calls = page.isotherm?.q ?? [];
page.isotherm = isotherm;
for (const [method, args] of calls) (isotherm[method] as (...args: unknown[]) => void)(...args);
