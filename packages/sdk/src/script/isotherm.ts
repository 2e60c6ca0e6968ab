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
        // What is kept on the device has to be there to be erased.
        if (stopped && name !== "offline") return;
        stop = capture()(emit, context);
        if (stopped) stop();
      })
      .catch((cause) => context.fail("capture_failed", cause));
    return () => {
      stopped = true;
      stop?.();
    };
  };
}

const page = window as { isotherm?: Isotherm & Stub };
// Where one is missing, `start` says so.
const { key, to, use = "", every } = dataset as DOMStringMap & Record<"key" | "to", string>;
// A second tag would count everything twice. The stub has no `stop`.
if (!page.isotherm?.stop) {
  const calls = page.isotherm?.q ?? [];
  const isotherm = start({
    key,
    to,
    use: (use.match(/\w+/g) ?? []).map(lazy),
    every: every ? +every : undefined,
    consent: "consent" in dataset ? "required" : undefined,
    hash: "hash" in dataset,
    frames: "frames" in dataset,
    debug: "debug" in dataset,
  });
  page.isotherm = isotherm;
  for (const [method, args] of calls) (isotherm[method] as (...args: unknown[]) => void)(...args);
}
