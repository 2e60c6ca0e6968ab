import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileJournal } from "@isotherm/journal/file";
import { memoryJournal } from "@isotherm/journal/memory";
import { relayServer } from "@isotherm/relay/server";
import { keepHeapLean } from "../../../packages/isotherm/dist/system/lean-heap.js";
import { serve } from "../../http/serve.mjs";
import { concurrency } from "../concurrency.mjs";
import { relayKey } from "../relay-key.mjs";

// As isotherm's own commands do.
keepHeapLean();

const [, , folder, sink, mode] = process.argv;
const unlimited = 1_000_000_000;
const maxBytes = 64 * 2 ** 30;

const journal =
  mode === "durable"
    ? await fileJournal({ folder: join(folder, "journal"), maxBytes, segmentBytes: 64 * 2 ** 20 })
    : memoryJournal();

const server = await relayServer({
  port: 0,
  metricsPort: null,
  relay: {
    ...{ folder, journal, trustProxy: ["127.0.0.1"], requestsPerMinute: unlimited, eventsPerMinute: unlimited },
    paths: { intake: "/v1/batches", script: "/h2m4x8b1" },
    sdkFolder: fileURLToPath(new URL("../../../packages/sdk/dist/script", import.meta.url)),
    targets: [
      {
        ...{ type: "isotherm", url: sink, concurrency },
        ...{ keyId: relayKey.id, secrets: [relayKey.secret] },
      },
    ],
    // After an outage nobody has to wait for a minute before the bench goes on.
    retry: { maxMs: 1_000 },
  },
});
serve(server.url, {
  answers: { settled: () => server.relay.drained() },
  async stop() {
    await server.close();
    await journal.close();
  },
});
