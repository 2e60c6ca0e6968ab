import type { LineStream } from "../../src/transport/stream.js";

/** A stream that keeps the lines of JSON that it takes. */
export interface CollectingStream {
  readonly stream: LineStream;
  text(): string;
  lines(): readonly { readonly [field: string]: unknown }[];
}

/** One whose writes fail where `fails` says so of their number, from 1. */
export function collectingStream(fails: (write: number) => boolean = () => false): CollectingStream {
  let text = "";
  let writes = 0;
  return {
    stream: {
      on() {},
      write(bytes, done) {
        const hasFailed = fails(++writes);
        if (!hasFailed) text += new TextDecoder().decode(bytes);
        queueMicrotask(() => done(hasFailed ? new Error("no room") : null));
        return true;
      },
    },
    text: () => text,
    lines: () =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}
