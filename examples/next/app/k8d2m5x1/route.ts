import { createEdgeRelay, type EdgeRelay } from "@isotherm/relay/edge";

const { COLLECTOR_URL = "", RELAY_KEY_ID = "", RELAY_SECRET = "" } = process.env;
let relay: EdgeRelay | undefined;

async function handle(request: Request): Promise<Response> {
  relay ??= await createEdgeRelay({
    paths: { intake: "/k8d2m5x1" },
    // There is no disk: a page keeps its batches until the collector has them.
    durability: "upstream",
    targets: [{ type: "isotherm", url: COLLECTOR_URL, keyId: RELAY_KEY_ID, secrets: [RELAY_SECRET] }],
  });
  const address = request.headers.get("x-real-ip") ?? "";
  return relay.handle(request, { address, country: request.headers.get("x-vercel-ip-country") ?? undefined });
}

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as POST };
