import { PassThrough, type Readable } from "node:stream";
import { CollectorError } from "../collector-error.js";
import { withoutFreshness } from "./tagged.js";

/** Streams of answers that are asked for again and again, once for everybody who wants the same. */
export interface RealtimeStreams {
  /**
   * Server-sent events: an answer at once, and another whenever it differs. `key` names the question. Throws `rate_limited`
   * when there are as many streams as may be.
   */
  open(key: string, ask: () => Promise<string>): Readable;
  /** Ends all streams, and opens no more. */
  close(): void;
}

/** How many streams there may be, and their pace in milliseconds. */
export interface StreamOptions {
  readonly most: number;
  /** Between two questions. @default 2000 */
  readonly every?: number;
  /** After which a stream ends, so that a key that was revoked meanwhile is asked for again. @default 900000 */
  readonly life?: number;
}

interface Channel {
  readonly streams: Set<PassThrough>;
  last: string | null;
  timer: NodeJS.Timeout | null;
}

/** Bytes that may wait for a reader who does not keep up; what comes meanwhile passes it by. */
const mostWaiting = 65_536;
/** Seconds after which a stream may be tried again. */
const retryAfter = 30;

export function realtimeStreams({ most, every = 2_000, life = 900_000 }: StreamOptions): RealtimeStreams {
  const channels = new Map<string, Channel>();
  let open = 0;
  let closed = false;

  const send = (stream: PassThrough, text: string): void => {
    if (stream.readableLength + stream.writableLength < mostWaiting) stream.write(text);
  };

  const tick = async (channel: Channel, ask: () => Promise<string>): Promise<void> => {
    try {
      const json = await ask();
      const same = channel.last !== null && withoutFreshness(channel.last) === withoutFreshness(json);
      channel.last = json;
      for (const stream of channel.streams) send(stream, same ? ":\n\n" : eventOf(json));
    } catch {
      // The store may be back at the next turn; the line stays open, and says that it is.
      for (const stream of channel.streams) send(stream, ":\n\n");
    }
    if (channel.streams.size === 0) return;
    channel.timer = setTimeout(() => void tick(channel, ask), every).unref();
  };

  return {
    open(key, ask) {
      if (closed || open >= most) {
        const message = `${most} realtime streams are open already: as many as there may be`;
        throw new CollectorError("rate_limited", message, { retryAfter });
      }
      open++;
      const stream = new PassThrough();
      const known = channels.get(key);
      const channel = known ?? { streams: new Set(), last: null, timer: null };
      channel.streams.add(stream);
      const end = setTimeout(() => stream.end(), life).unref();
      stream.once("close", () => {
        open--;
        clearTimeout(end);
        channel.streams.delete(stream);
        if (channel.streams.size > 0) return;
        if (channel.timer) clearTimeout(channel.timer);
        if (channels.get(key) === channel) channels.delete(key);
      });
      // Tells the reader that the line is open before there is an answer.
      stream.write(":\n\n");
      if (channel.last !== null) send(stream, eventOf(channel.last));
      if (!known) {
        channels.set(key, channel);
        void tick(channel, ask);
      }
      return stream;
    },
    close() {
      closed = true;
      for (const { streams } of channels.values()) for (const stream of streams) stream.end();
    },
  };
}

const eventOf = (json: string): string => `data: ${json}\n\n`;
