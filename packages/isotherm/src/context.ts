import type { Terminal } from "./console/terminal.js";
import type { Stop } from "./shutdown.js";

/** The world that a command runs in; tests bring their own. */
export interface Context {
  /** Working folder. */
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** Clock in ms since 1970. */
  readonly now: () => number;
  /** Tells a command that runs until stopped when a person wants it to end. */
  readonly stop: Stop;
}
