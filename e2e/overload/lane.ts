import { once } from "node:events";
import { connect } from "node:net";
import type { Answer } from "../fuzz/send.js";
import { answersIn } from "../fuzz/socket.js";

/** One client's connection, kept open from one request to the next. */
export interface Lane {
  /** Puts bytes on it as they are. */
  write(...pieces: readonly (string | Uint8Array)[]): void;
  /**
   * Resolves to the next answer. Rejects when the connection ends without one, as it would be reset, and after a minute, as
   * it would be left hanging.
   */
  answer(): Promise<Answer>;
  /** How many answers have come that nobody has asked for yet. */
  waiting(): number;
  close(): void;
}

const patience = 60_000;

/** Connects to a server. */
export async function openLane(url: string): Promise<Lane> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const answers: Answer[] = [];
  let rest = Buffer.alloc(0);
  let wake = (): void => undefined;
  let ended: string | undefined;
  socket.on("data", (chunk) => {
    const heard = answersIn(Buffer.concat([rest, chunk]));
    rest = Buffer.from(heard.rest, "latin1");
    answers.push(...heard.answers);
    wake();
  });
  const end = (how: string): void => {
    ended ??= how;
    wake();
  };
  socket.on("error", (error) => end(error.message));
  socket.on("close", () => end("it was closed"));
  if (socket.connecting) await once(socket, "connect");
  return {
    write(...pieces) {
      socket.cork();
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
    },
    waiting: () => answers.length,
    async answer() {
      const deadline = setTimeout(() => end(`there was no answer for ${patience} ms`), patience);
      while (answers.length === 0 && ended === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      clearTimeout(deadline);
      const next = answers.shift();
      if (next === undefined) throw new Error(`no answer: ${ended}`);
      return next;
    },
    close: () => socket.destroy(),
  };
}
