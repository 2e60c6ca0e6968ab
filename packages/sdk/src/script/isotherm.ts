import type { Capture, Stop } from "../capture.js";
import { type Isotherm, start } from "../start.js";
import { lazyName } from "./lazy-name.js";

/** What the stub leaves behind: calls that came before the script. */
interface Stub {
  readonly q?: readonly [keyof Isotherm, ...unknown[]][];
}

// Known only while the script runs for the first time, and null in every callback.
const { src, dataset } = document.currentScript as HTMLScriptElement;

// They leave something on the device.
const keeps = /offline|persist/;

/** A capture in a file of its own, beside this one. */
function lazy(name: string): Capture {
  return (emit, context) => {
    let stop: Stop | undefined;
    let stopped: boolean | undefined;
    let erased: boolean | undefined;
    // No `script.src` is ever assigned: `require-trusted-types-for 'script'` forbids it, and allows this.
    import(new URL(`${lazyName}${name.slice(0, 4)}.js`, src).href)
      .then(({ capture }: { capture: () => Capture }) => {
        // What is kept on the device has to be there to be erased.
        if (stopped && !(erased && keeps.test(name))) return;
        stop = capture()(emit, context);
        if (stopped) stop(erased);
      })
      .catch((cause) => context.fail("capture_failed", cause));
    return (erase) => {
      stopped = true;
      erased = erase;
      stop?.(erase);
    };
  };
}

const page = window as { isotherm?: Isotherm & Stub };
// Where one is missing, `start` says so.
const { key, to, use = "", every } = dataset as DOMStringMap & Record<"key" | "to", string>;
// A second tag would count everything twice. Only the stub has `q`.
const calls = page.isotherm ? page.isotherm.q : [];
if (calls) {
  const isotherm = start({
    key,
    to,
    use: (use.match(/\w+/g) ?? []).map(lazy),
    every: every ? +every : undefined,
    consent: "consent" in dataset ? "required" : undefined,
    hash: "hash" in dataset,
    frames: "frames" in dataset,
    debug: "debug" in dataset,
    onError: "debug" in dataset ? console.warn : undefined,
  });
  page.isotherm = isotherm;
  for (const [method, ...args] of calls) (isotherm[method] as (...args: unknown[]) => void)(...args);
}
