import { createEdgeRelay } from "@isotherm/relay/edge";

let relay;

const startRelay = (env) =>
  createEdgeRelay({
    paths: { intake: "/f3k9q2w7" },
    // A Worker has no disk: a page keeps its batches until the collector has them.
    durability: "upstream",
    targets: [{ type: "isotherm", url: env.COLLECTOR_URL, keyId: env.RELAY_KEY_ID, secrets: [env.RELAY_SECRET] }],
  });

export default {
  async fetch(request, env) {
    relay ??= await startRelay(env);
    // Cloudflare writes this header itself, over whatever a visitor sends.
    const address = request.headers.get("cf-connecting-ip") ?? "";
    return relay.handle(request, { address, country: request.cf?.country });
  },
};
