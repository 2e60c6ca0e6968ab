import { fileJournal } from "@isotherm/journal/file";
import { createEdgeRelay } from "@isotherm/relay/edge";

const setting = (name: string) => Deno.env.get(name) ?? "";
const folder = setting("DATA");
const keys = `${folder}/briefing.json`;

const journal = await fileJournal({ folder: `${folder}/journal` });
const relay = await createEdgeRelay({
  journal,
  paths: { intake: "/f3k9q2w7" },
  targets: [
    {
      type: "isotherm",
      url: setting("COLLECTOR_URL"),
      keyId: setting("RELAY_KEY_ID"),
      secrets: [setting("RELAY_SECRET")],
    },
  ],
  snapshot: {
    load: async () => JSON.parse(await Deno.readTextFile(keys)),
    save: (briefing) => Deno.writeTextFile(keys, JSON.stringify(briefing), { mode: 0o600 }),
  },
  deadLetters: (lines) => Deno.writeTextFile(`${folder}/dead-letters.ndjson`, lines.join(""), { append: true }),
});

// Page snapshots come below the intake's path, each under a name of its own.
const isOwn = (path: string) =>
  relay.paths.some((own) => (own.endsWith("/*") ? path.startsWith(own.slice(0, -1)) : path === own));

const address = { hostname: "127.0.0.1", port: Number(setting("PORT")) };
const server = Deno.serve(address, (request, { remoteAddr }) => {
  if (isOwn(new URL(request.url).pathname)) {
    return relay.handle(request, { address: remoteAddr.hostname });
  }
  return new Response("the app's own page");
});
console.log(`listening on ${server.addr.port}`);

Deno.addSignalListener("SIGTERM", async () => {
  await server.shutdown();
  await relay.close();
  await journal.close();
  Deno.exit();
});
