import { Pool } from "undici";

/** Lines that are open at once. */
export const connections = 50;

/**
 * Sends every request once over 50 connections, as fast as answers come, or at `rate` a second whether they come or not.
 * Gives the milliseconds that each answer took, counted in the second case from when its turn was, so that a server that
 * stands still is not spared the requests that piled up. Throws at the first answer that is no 2xx.
 */
export async function load(url, requests, rate = Number.POSITIVE_INFINITY) {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const times = new Float64Array(requests.length);
  const started = performance.now();
  const send = async (index, since) => {
    const { path, headers, body } = requests[index];
    const answer = await pool.request({ method: "POST", path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`${answer.statusCode} ${text}`);
    times[index] = performance.now() - since;
  };
  try {
    if (rate === Number.POSITIVE_INFINITY) await asAnswersCome(requests.length, send);
    else await atRate(requests.length, rate, started, send);
  } finally {
    await pool.close();
  }
  const seconds = (performance.now() - started) / 1_000;
  const sorted = times.toSorted();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { seconds, p50: at(0.5), p99: at(0.99) };
}

async function asAnswersCome(count, send) {
  let next = 0;
  const line = async () => {
    while (next < count) await send(next++, performance.now());
  };
  await Promise.all(Array.from({ length: connections }, line));
}

async function atRate(count, rate, started, send) {
  const sent = [];
  while (sent.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1_000) * rate) + 1);
    while (sent.length < due) sent.push(send(sent.length, started + (sent.length / rate) * 1_000));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sent);
}
