import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { envelopeOf } from "@isotherm/protocol/fixtures";
import { relayServer } from "@isotherm/relay/server";
import { listening } from "../kit/listening.js";
import { root } from "../kit/process.js";

/** The paths that the examples of deployments are written for. */
export const paths = { intake: "/f3k9q2w7", script: "/h2m4x8b1" };
/** What the examples of platforms prove themselves with. */
export const proof = { header: "x-from-our-edge", addressHeader: "x-visitor-address", secret: "0123456789abcdef0123" };

const key = "pk_0123456789abcdefghijABCD";
const origin = "https://shop.example";

/** A relay whose target says which address it saw of each visitor. */
export interface SeeingRelay {
  readonly url: string;
  /** The path of the SDK's script. */
  readonly script: string;
  /** What a page carries. */
  readonly tag: string;
  /** Sends a batch by way of `ask`, and answers with its status and with the address that the relay took for the visitor's. */
  visit(ask: (path: string, init: RequestInit) => Promise<Response>): Promise<{ status: number; address: string }>;
  close(): Promise<void>;
}

/** Starts one that believes this machine as a proxy, and who shows the proof. */
export async function seeingRelay(): Promise<SeeingRelay> {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-deploy-"));
  const seen: string[] = [];
  const target = await listening(
    createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      for (const [, address] of body.matchAll(/"client\.address","value":\{"stringValue":"([^"]+)"/g))
        seen.push(address ?? "");
      response.end("{}");
    }),
  );
  const journal = await fileJournal({ folder: join(folder, "journal") });
  const privacy = { gpc: "ignore", dnt: "ignore" } as const;
  const server = await relayServer({
    relay: {
      folder: join(folder, "relay"),
      journal,
      paths,
      sdkFolder: `${root}packages/sdk/dist/script`,
      targets: [{ type: "otlp", url: target.url, sendAddress: true }],
      sites: [{ id: "shop", group: "shop", timeZone: "UTC", keys: [key], origins: ["*"], privacy }],
      trustProxy: ["127.0.0.1"],
      proxyProof: proof,
    },
    port: 0,
    metricsPort: null,
  });
  const { path, integrity } = server.relay.script;
  return {
    url: server.url,
    script: path,
    tag: `<script async src="${path}" integrity="${integrity}" data-key="${key}" data-to="${paths.intake}"></script>`,
    async visit(ask) {
      const before = seen.length;
      const headers = { origin, "content-type": "text/plain" };
      const response = await ask(paths.intake, { method: "POST", body: JSON.stringify(envelopeOf({ key })), headers });
      await response.arrayBuffer();
      await server.relay.drained();
      return { status: response.status, address: seen[before] ?? "" };
    },
    async close() {
      await server.close();
      await journal.close();
      await target.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
