import { appendFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import type { Ledger } from "@isotherm/relay";
import { createEdgeRelay, type EdgeRelay } from "@isotherm/relay/edge";
import { onTestFinished } from "vitest";

/** A relay whose journal and letters lie where `isotherm relay` has them, and a webhook that refuses or takes. */
export interface RelayOnDisk {
  /** The status of the webhook's next answers. */
  status: number;
  /** Ids of batches that came to the webhook. */
  readonly came: string[];
  readonly url: string;
  /** Starts it, sends so many new batches, and waits until they are settled; `inspect` runs before it ends. */
  run(count: number, inspect?: () => Promise<void>): Promise<Ledger>;
}

/** One in a working folder, with a target named `hook` of each name. */
export async function relayOnDisk(cwd: string, names: readonly string[] = ["hook"]): Promise<RelayOnDisk> {
  const key = "pk_0123456789abcdefghijABCD";
  const site = { id: "shop", group: "shop", timeZone: "UTC", keys: [key], origins: ["*"] };
  const sites = [{ ...site, privacy: { gpc: "drop", dnt: "ignore" } as const }];
  const secrets = [newSecret()];
  const folder = join(cwd, "isotherm-data/relay");
  const self = { status: 200, came: [] as string[] };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    self.came.push((JSON.parse(body) as { data: { id: string } }).data.id);
    response.writeHead(self.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const send = async (relay: EdgeRelay, count: number): Promise<void> => {
    const batches = Array.from({ length: count }, (_, seq) => batchOf({ seq }));
    const init = {
      method: "POST",
      headers: { "content-type": "text/plain", origin: "https://shop.example" },
      body: JSON.stringify({ ...envelopeOf({ key }), batches }),
    };
    await relay.handle(new Request("http://relay.example/f3k9q2w7", init), { address: "203.0.113.7" });
  };

  return Object.assign(self, {
    url,
    async run(count: number, inspect = async (): Promise<void> => {}) {
      const journal = await fileJournal({ folder: join(folder, "journal") });
      const relay = await createEdgeRelay({
        journal,
        sites,
        paths: { intake: "/f3k9q2w7" },
        targets: names.map((name) => ({ type: "webhook", name, url, secrets, concurrency: 1 })),
        // At once: two that are written side by side would come to lie in either order.
        async deadLetters(lines) {
          mkdirSync(join(folder, "dead-letters"), { recursive: true });
          for (const line of lines) {
            appendFileSync(join(folder, "dead-letters", `${JSON.parse(line).target}.ndjson`), line);
          }
        },
      });
      if (count > 0) await send(relay, count);
      await relay.drained();
      await inspect();
      const ledger = await relay.ledger();
      await relay.close();
      await journal.close();
      return ledger;
    },
  });
}
