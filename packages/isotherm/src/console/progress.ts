import type { Terminal } from "./terminal.js";

/** Tells how far a long piece of work is. */
export interface Progress {
  /** `done` of `total`, with what there is to say. */
  step(done: number, total: number, detail?: string): void;
  /** Ends it, with a last line. */
  end(line: string): void;
}

/** Plain lines, for logs and pipes, come no closer together than this, in ms. */
const plainEvery = 2_000;

/** One line that is redrawn where a person watches, and a plain line every two seconds where nobody does. */
export function progress(terminal: Terminal, title: string, now: () => number = Date.now): Progress {
  let shown = now();
  return {
    step(done, total, detail = "") {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const per = `${Math.floor(share * 100)}`.padStart(3);
      const line = `${title} ${per} %${detail === "" ? "" : `  ${detail}`}`;
      if (terminal.live) {
        if (now() - shown < 80 && share < 1) return;
        shown = now();
        terminal.redraw(`${bar(share)} ${line}`);
      } else if (now() - shown >= plainEvery) {
        shown = now();
        terminal.note(line);
      }
    },
    end(line) {
      terminal.redraw("");
      terminal.note(line);
    },
  };
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `${"█".repeat(full)}${"░".repeat(20 - full)}`;
}
