import { appendFile, readFile, writeFile } from "node:fs/promises";
import { fileJournal } from "@isotherm/journal/file";
import { createEdgeRelay, type EdgeRelay } from "@isotherm/relay/edge";

const { DATA = "data", COLLECTOR_URL = "", RELAY_KEY_ID = "", RELAY_SECRET = "" } = process.env;
const keys = `${DATA}/briefing.json`;

async function start(): Promise<EdgeRelay> {
  return createEdgeRelay({
    paths: { intake: "/f3k9q2w7" },
    journal: await fileJournal({ folder: `${DATA}/journal` }),
    targets: [{ type: "isotherm", url: COLLECTOR_URL, keyId: RELAY_KEY_ID, secrets: [RELAY_SECRET] }],
    snapshot: {
      load: async () => JSON.parse(await readFile(keys, "utf8")),
      save: (briefing) => writeFile(keys, JSON.stringify(briefing), { mode: 0o600 }),
    },
    deadLetters: (lines) => appendFile(`${DATA}/dead-letters.ndjson`, lines.join("")),
  });
}

// A build loads this too, and development loads it again and again: one relay, from the first request on.
const held = globalThis as { relay?: Promise<EdgeRelay> };

export function relay(): Promise<EdgeRelay> {
  held.relay ??= start();
  return held.relay;
}
