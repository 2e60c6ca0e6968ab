import { openLine, requestBytes } from "./line.mjs";

/** Lines that are open at once, unless told otherwise. */
export const connections = 50;

/**
 * Sends every request once over `lines` connections, as fast as answers come, or at `rate` a second whether they come or not.
 * Gives the milliseconds that each answer took, counted in the second case from when its turn was, so that a server that
 * stands still is not spared the requests that piled up. Rejects at the first answer that is no 2xx.
 */
export async function load(url, requests, { rate = Number.POSITIVE_INFINITY, lines: count = connections } = {}) {
  const bytes = requests.map((request) => requestBytes(url, request));
  const lines = await Promise.all(Array.from({ length: count }, () => openLine(url)));
  const times = new Float64Array(bytes.length);
  const started = performance.now();
  try {
    if (rate === Number.POSITIVE_INFINITY) await asAnswersCome(bytes, lines, times);
    else await atRate(bytes, lines, times, started, rate);
  } finally {
    for (const line of lines) line.close();
  }
  const seconds = (performance.now() - started) / 1_000;
  const sorted = times.toSorted();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { seconds, p50: at(0.5), p99: at(0.99) };
}

async function asAnswersCome(bytes, lines, times) {
  let next = 0;
  const keepSending = async (line) => {
    while (next < bytes.length) {
      const index = next++;
      const since = performance.now();
      await line.send(bytes[index]);
      times[index] = performance.now() - since;
    }
  };
  await Promise.all(lines.map(keepSending));
}

async function atRate(bytes, lines, times, started, rate) {
  let next = 0;
  const dueAt = (index) => started + (index / rate) * 1_000;
  // Each line takes the next request whose turn has come; when all are busy, requests wait, and their time runs.
  const keepSending = async (line) => {
    while (next < bytes.length) {
      const index = next++;
      const wait = dueAt(index) - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      // A timer may come a fraction of a millisecond early.
      const since = Math.min(performance.now(), dueAt(index));
      await line.send(bytes[index]);
      times[index] = performance.now() - since;
    }
  };
  await Promise.all(lines.map(keepSending));
}
