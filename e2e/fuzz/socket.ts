import { connect } from "node:net";
import type { Answer } from "./send.js";

/** What a server said on one connection. */
export interface Said {
  readonly answers: readonly Answer[];
  /** What is no whole answer. */
  readonly rest: string;
  /** The server closed the connection. */
  readonly closed: boolean;
}

/** How bytes are put on a connection. */
export interface Writing {
  readonly pieces: readonly (string | Uint8Array)[];
  /** Milliseconds between two pieces. @default 0 */
  readonly pace?: number;
  /** The client goes after the last one, instead of waiting for an answer. @default false */
  readonly leaves?: boolean;
  /** Answers after which the client has heard enough. @default as many as come until the server closes */
  readonly enough?: number;
  /** Answers that have to come, and are waited for on the busiest machine. @default 0 */
  readonly owed?: number;
}

/** After this many milliseconds without a word nothing more is awaited. */
const silence = 1_500;
/** The same while an answer is owed. */
const patience = 30_000;

/** Writes bytes to a server, as they are, and reads what comes back. */
export function speak(
  url: string,
  { pieces, pace = 0, leaves = false, enough = Infinity, owed = 0 }: Writing,
): Promise<Said> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const heard: Buffer[] = [];
    let closed = false;
    const done = (): void => {
      clearTimeout(quiet);
      socket.destroy();
      resolve({ ...answersIn(Buffer.concat(heard)), closed });
    };
    let answers = 0;
    let quiet: NodeJS.Timeout | undefined;
    const awaitMore = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(done, answers < owed ? patience : silence);
    };
    awaitMore();
    socket.on("data", (chunk) => {
      heard.push(chunk);
      ({ length: answers } = answersIn(Buffer.concat(heard)).answers);
      awaitMore();
      if (answers >= enough) done();
    });
    // A server may close while something is still on its way to it.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      closed = true;
      done();
    });
    const write = async (): Promise<void> => {
      for (const piece of pieces) {
        if (!socket.writable) return;
        socket.write(piece);
        if (pace > 0) await new Promise((next) => setTimeout(next, pace));
        awaitMore();
      }
      if (leaves) socket.destroySoon();
    };
    socket.on("connect", () => void write());
  });
}

/** The answers in the bytes of a connection, as far as they are whole. */
export function answersIn(bytes: Buffer): { readonly answers: readonly Answer[]; readonly rest: string } {
  const answers: Answer[] = [];
  let text = bytes.toString("latin1");
  for (;;) {
    const end = text.indexOf("\r\n\r\n");
    if (end === -1) break;
    const [line = "", ...fields] = text.slice(0, end).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? Number.NaN);
    const headers = Object.fromEntries(
      fields.map((field) => {
        const colon = field.indexOf(":");
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers["content-length"] ?? 0);
    if (Number.isNaN(status) || text.length < end + 4 + length) break;
    // Go on with the body: said before the answer.
    if (status !== 100) answers.push({ status, headers, body: text.slice(end + 4, end + 4 + length) });
    text = text.slice(end + 4 + length);
  }
  return { answers, rest: text };
}
