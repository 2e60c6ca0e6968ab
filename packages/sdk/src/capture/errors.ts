import { limits } from "@isotherm/protocol";
import type { Capture, PageView } from "../capture.js";
import { cleanUrl } from "../clean-url.js";

/** Which errors are recorded. */
export interface ErrorOptions {
  /** Different errors of one page view at most. @default 10 */
  readonly max?: number;
  /** The stack travels as well. @default true */
  readonly stack?: boolean;
}

/** Records errors and rejections that the page did not catch, each once per page view. Messages may hold what a page puts in them. */
export function errors({ max = 10, stack = true }: ErrorOptions = {}): Capture {
  return (emit, { listen, page }) => {
    let view: PageView | undefined;
    let seen = new Set<string>();

    const record = (thrown: unknown, text: unknown, source?: string, line?: number, col?: number): void => {
      if (view !== page()) seen = new Set();
      view = page();
      const message = `${text}`.slice(0, limits.message);
      const key = `${message} ${source} ${line} ${col}`;
      if (seen.has(key) || seen.size >= max) return;
      seen.add(key);
      // Queries may hold what an address must not.
      const trace = stack && (thrown as Error | undefined)?.stack?.replace(/[?#][^\s)]*(?=:\d+:\d+)/g, "");
      emit({
        type: "error",
        message,
        source: source ? cleanUrl(source) : undefined,
        line: line || undefined,
        col: col || undefined,
        stack: trace ? trace.slice(0, limits.stack) : undefined,
      });
    };

    listen<ErrorEvent>(window, "error", ({ message, error, filename, lineno, colno }) => {
      // An image that does not load is an event without a message.
      if (message) record(error, message, filename, lineno, colno);
    });
    listen<PromiseRejectionEvent>(window, "unhandledrejection", ({ reason }) => record(reason, reason));
    return () => {};
  };
}
