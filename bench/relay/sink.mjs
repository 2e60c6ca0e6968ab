import { createServer } from "node:http";
import { key, origin } from "../http/requests.mjs";
import { serve } from "../http/serve.mjs";
import { idsIn } from "./ids-in.mjs";

// What every contender stands in front of: takes any batch, notes its id and answers 204, as a collector does that took
// everything. It stores nothing and checks nothing, so that the time is the contender's.

const day = 86_400_000;
const today = Math.floor(Date.now() / day) * day;
/** What a relay asks a collector for before it takes the first batch. */
const briefing = JSON.stringify({
  at: Date.now(),
  sites: [
    {
      ...{ id: "shop", group: "shop", timeZone: "UTC", keys: [key], origins: [origin] },
      privacy: { gpc: "strip", dnt: "ignore" },
    },
  ],
  salts: [-1, 0, 1].map((offset) => {
    const from = today + offset * day;
    const secret = Buffer.alloc(32, offset + 2).toString("base64");
    return { group: "shop", day: new Date(from).toISOString().slice(0, 10), from, until: from + day, secret };
  }),
});

let ids = new Set();
let batches = 0;
let keeping = 0;
let kept = [];

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.setHeader("content-type", "application/json");
    response.end(briefing);
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    for (const id of idsIn(body)) {
      batches++;
      ids.add(id);
    }
    if (keeping > kept.length) kept.push({ path: request.url, body });
    response.statusCode = 204;
    response.end();
  });
});
server.keepAliveTimeout = 72_000;
const listen = (port) => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
await listen(0);
const { port } = server.address();

serve(`http://127.0.0.1:${port}`, {
  answers: {
    /** Ids of everything that came, and how many batches came once more. */
    arrived: () => ({ ids: [...ids], again: batches - ids.size }),
    /** How many batches came so far. */
    count: () => batches,
    /** Forgets what came. */
    forget() {
      ids = new Set();
      batches = 0;
    },
    async away() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    /** Listens again, and keeps the bodies of the first `keep` requests. */
    back({ keep }) {
      keeping = keep;
      return listen(port);
    },
    /** Those bodies, as base64. */
    kept() {
      const given = kept.map(({ path, body }) => ({ path, body: body.toString("base64") }));
      kept = [];
      keeping = 0;
      return given;
    },
  },
  async stop() {
    server.close();
    server.closeAllConnections();
  },
});
