import { appendFile } from "node:fs/promises";
import { fileJournal } from "@isotherm/journal/file";
import { createEdgeRelay } from "@isotherm/relay/edge";

const { PORT, DATA, COLLECTOR_URL, RELAY_KEY_ID, RELAY_SECRET } = Bun.env;

const keys = Bun.file(`${DATA}/briefing.json`);
const journal = await fileJournal({ folder: `${DATA}/journal` });
const relay = await createEdgeRelay({
  journal,
  paths: { intake: "/f3k9q2w7" },
  targets: [{ type: "isotherm", url: COLLECTOR_URL, keyId: RELAY_KEY_ID, secrets: [RELAY_SECRET] }],
  snapshot: { load: () => keys.json(), save: (briefing) => Bun.write(keys, JSON.stringify(briefing), { mode: 0o600 }) },
  deadLetters: (lines) => appendFile(`${DATA}/dead-letters.ndjson`, lines.join("")),
});

// Page snapshots come below the intake's path, each under a name of its own.
const isOwn = (path: string) =>
  relay.paths.some((own) => (own.endsWith("/*") ? path.startsWith(own.slice(0, -1)) : path === own));

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(PORT),
  fetch(request, server) {
    if (isOwn(new URL(request.url).pathname)) {
      return relay.handle(request, { address: server.requestIP(request)?.address ?? "" });
    }
    return new Response("the app's own page");
  },
});
console.log(`listening on ${server.port}`);

process.once("SIGTERM", async () => {
  await server.stop();
  await relay.close();
  await journal.close();
});
