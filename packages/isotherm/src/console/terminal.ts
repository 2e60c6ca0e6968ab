/** Where a command writes, and what that place can do. */
export interface Terminal {
  /** A line of output. */
  print(line?: string): void;
  /** A line of side information, on standard error. */
  note(line: string): void;
  /** Replaces the current line of standard error; only where `live`. */
  redraw(line: string): void;
  /** A person is watching standard error, so that a line may be redrawn. */
  readonly live: boolean;
  /** A person is watching standard output. */
  readonly watched: boolean;
  readonly paint: Paint;
}

/** Marks text for the eye; every function returns the text as it is where colour is off. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
  bad(text: string): string;
}

/** The terminal of this process. Colour obeys NO_COLOR and FORCE_COLOR, and is off where nobody watches. */
export function processTerminal(process: NodeJS.Process): Terminal {
  const { stdout, stderr, env } = process;
  const watched = stdout.isTTY === true;
  const live = stderr.isTTY === true && env.TERM !== "dumb";
  let drawn = false;
  const clear = (): void => {
    if (drawn) stderr.write("\r\u001b[2K");
    drawn = false;
  };
  return {
    print(line = "") {
      clear();
      stdout.write(`${line}\n`);
    },
    note(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    redraw(line) {
      if (!live) return;
      clear();
      stderr.write(line.slice(0, Math.max(20, (stderr.columns ?? 80) - 1)));
      drawn = line !== "";
    },
    live,
    watched,
    paint: paint(colourful(env, watched)),
  };
}

/** NO_COLOR, when set and not empty, wins over FORCE_COLOR: https://no-color.org. */
export function colourful(environment: NodeJS.ProcessEnv, watched: boolean): boolean {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== "0";
  return watched && environment.TERM !== "dumb";
}

/** The marks, or none of them. */
export function paint(on: boolean): Paint {
  const mark = (from: number, to: number) => (text: string) => (on ? `\u001b[${from}m${text}\u001b[${to}m` : text);
  return { bold: mark(1, 22), dim: mark(2, 22), accent: mark(36, 39), bad: mark(31, 39) };
}
