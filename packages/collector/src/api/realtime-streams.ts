import { PassThrough, type Readable } from "node:stream";
import { CollectorError } from "../collector-error.js";
import { withoutFreshness } from "./tagged.js";

/** Streams of answers that are asked for again and again, once for everybody who wants the same. */
export interface RealtimeStreams {
  /**
   * Server-sent events: an answer at once, and another whenever it differs. `key` names the question. The stream ends soon
   * after `may` says that whoever listens may no longer. Throws `rate_limited` when there are as many streams as may be, and
   * `unavailable` once they are closed.
   */
  open(key: string, ask: () => Promise<string>, may: () => boolean): Readable;
  /** Ends all streams, and opens no more. */
  close(): void;
}

/** How many streams there may be, and their pace in milliseconds. */
export interface StreamOptions {
  readonly most: number;
  /** Between two questions, and between two looks at who may listen. @default 2000 */
  readonly every?: number;
  /** After which a stream ends, so that a listener who is long gone is found out. @default 900000 */
  readonly life?: number;
  /** For which a stream that has ended waits until the rest of it is taken. @default 5000 */
  readonly linger?: number;
}

interface Listener {
  readonly stream: PassThrough;
  readonly may: () => boolean;
}

interface Channel {
  readonly listeners: Set<Listener>;
  last: string | null;
  timer: NodeJS.Timeout | null;
}

/** Bytes that may wait for a reader who does not keep up; what comes meanwhile passes it by. */
const mostWaiting = 65_536;
/** Seconds after which a stream may be tried again. */
const retryAfter = 30;

export function realtimeStreams({
  most,
  every = 2_000,
  life = 900_000,
  linger = 5_000,
}: StreamOptions): RealtimeStreams {
  const channels = new Map<string, Channel>();
  let open = 0;
  let closed = false;

  const end = ({ stream }: Listener): void => {
    if (stream.writableEnded) return;
    stream.end();
    // Who never takes the rest keeps nobody else's place.
    const late = setTimeout(() => stream.destroy(), linger).unref();
    stream.once("close", () => clearTimeout(late));
  };

  const send = (listener: Listener, text: string): void => {
    const { stream, may } = listener;
    if (!may()) end(listener);
    else if (!stream.writableEnded && stream.readableLength + stream.writableLength < mostWaiting) stream.write(text);
  };

  const tick = async (channel: Channel, ask: () => Promise<string>): Promise<void> => {
    try {
      const json = await ask();
      const same = channel.last !== null && withoutFreshness(channel.last) === withoutFreshness(json);
      channel.last = json;
      for (const listener of channel.listeners) send(listener, same ? ":\n\n" : eventOf(json));
    } catch {
      // The store may be back at the next turn; the line stays open, and says that it is.
      for (const listener of channel.listeners) send(listener, ":\n\n");
    }
    if (channel.listeners.size === 0) return;
    channel.timer = setTimeout(() => void tick(channel, ask), every).unref();
  };

  return {
    open(key, ask, may) {
      if (closed) throw new CollectorError("unavailable", "this collector is being closed", { retryAfter: 5 });
      if (open >= most) {
        const message = `${most} realtime streams are open already: as many as there may be`;
        throw new CollectorError("rate_limited", message, { retryAfter });
      }
      open++;
      const stream = new PassThrough();
      const listener = { stream, may };
      const known = channels.get(key);
      const channel = known ?? { listeners: new Set(), last: null, timer: null };
      channel.listeners.add(listener);
      const over = setTimeout(() => end(listener), life).unref();
      // At a beat of its own: a question may take long.
      const look = setInterval(() => {
        if (!may()) end(listener);
      }, every).unref();
      stream.once("close", () => {
        open--;
        clearTimeout(over);
        clearInterval(look);
        channel.listeners.delete(listener);
        if (channel.listeners.size > 0) return;
        if (channel.timer) clearTimeout(channel.timer);
        if (channels.get(key) === channel) channels.delete(key);
      });
      // Tells the reader that the line is open before there is an answer.
      stream.write(":\n\n");
      if (channel.last !== null) send(listener, eventOf(channel.last));
      if (!known) {
        channels.set(key, channel);
        void tick(channel, ask);
      }
      return stream;
    },
    close() {
      closed = true;
      for (const { listeners } of channels.values()) for (const listener of listeners) end(listener);
    },
  };
}

const eventOf = (json: string): string => `data: ${json}\n\n`;
