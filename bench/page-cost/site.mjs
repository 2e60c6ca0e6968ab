import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import { html } from "./page.mjs";

/** What each one's own server answers where it took something. */
const answers = {
  "/in": { status: 204 },
  "/ingest": { status: 202, body: { accepted: 1 } },
  "/collect": { status: 204 },
  "/replay": { status: 204 },
  "/flags/": { status: 200, body: { featureFlags: {}, featureFlagPayloads: {}, errorsWhileComputingFlags: false } },
};
const otherwise = { status: 200, body: { status: 1 } };

/**
 * Serves the page with a contender on it, and takes what it sends.
 *
 * @param {string} code
 */
export async function site(code) {
  const received = { requests: 0, bytes: 0, bodies: [] };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    const page = { "/": ["text/html; charset=utf-8", html], "/contender.js": ["text/javascript", code] }[pathname];
    // Alone in its process, a page reads the clock to 5 µs: https://developer.mozilla.org/docs/Web/API/Performance_API/High_precision_timing
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    if (page) {
      response.setHeader("content-type", page[0]);
      response.end(page[1]);
      return;
    }
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The page was closed while it was sending.
    }
    const body = Buffer.concat(chunks);
    received.requests++;
    received.bytes += body.length;
    received.bodies.push({ pathname, body: body[0] === 0x1f ? gunzipSync(body) : body });
    const { status, body: answer } = answers[pathname] ?? otherwise;
    response.statusCode = status;
    if (answer) response.setHeader("content-type", "application/json");
    response.end(answer && JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}
