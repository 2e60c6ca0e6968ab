import { openLine, requestBytes } from "./line.mjs";

/** Lines that are open at once, unless told otherwise. */
export const connections = 50;

/**
 * Sends every request once over `lines` connections, as fast as answers come, or at `rate` a second whether they come or not.
 * Gives the milliseconds that each answer took, counted in the second case from when its turn was, so that a server that
 * stands still is not spared the requests that piled up. Times of the first `warmUp` requests do not count; `warm` is called
 * when the first that does is sent. Rejects at the first answer that is no 2xx.
 */
export async function load(url, requests, options = {}) {
  const { rate = Number.POSITIVE_INFINITY, lines: count = connections, warmUp = 0, warm = () => undefined } = options;
  const bytes = requests.map((request) => requestBytes(url, request));
  const lines = await Promise.all(Array.from({ length: count }, () => openLine(url)));
  const times = new Float64Array(bytes.length);
  const started = performance.now();
  const dueAt = (index) => started + (index / rate) * 1_000;
  let next = 0;
  // Each line takes the next request whose turn has come; when all are busy, requests wait, and their time runs.
  const keepSending = async (line) => {
    while (next < bytes.length) {
      const index = next++;
      const wait = dueAt(index) - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      if (index === warmUp) warm();
      // A timer may come a fraction of a millisecond early. As fast as answers come, every turn is now.
      const since = rate === Number.POSITIVE_INFINITY ? performance.now() : Math.min(performance.now(), dueAt(index));
      await line.send(bytes[index]);
      times[index] = performance.now() - since;
    }
  };
  try {
    await Promise.all(lines.map(keepSending));
  } finally {
    for (const line of lines) line.close();
  }
  const seconds = (performance.now() - started) / 1_000;
  const sorted = times.subarray(warmUp).toSorted();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { seconds, p50: at(0.5), p99: at(0.99) };
}
