import type { OutgoingRequest, Transport } from "./transport.js";

/** Where bytes are written to, as a stream of `node:stream`. */
export interface LineStream {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
}

const nothing = new Uint8Array(0);

/** Writes the bodies of requests to a stream, which stays open. A 204 means that the stream has taken them. */
export function streamTransport(stream: LineStream): Transport {
  // A reader that went away is told to the write that failed; without a listener it would end the process.
  stream.on("error", () => {});
  return {
    send: ({ body = nothing, signal }: OutgoingRequest) =>
      new Promise((resolve, reject) => {
        const abort = (): void => reject(signal.reason);
        if (signal.aborted) return abort();
        signal.addEventListener("abort", abort, { once: true });
        stream.write(body, (error) => {
          signal.removeEventListener("abort", abort);
          if (error) reject(error);
          else resolve({ status: 204, header: () => undefined, body: nothing });
        });
      }),
    async close() {},
  };
}
