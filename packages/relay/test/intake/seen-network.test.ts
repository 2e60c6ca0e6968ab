import { expect, test } from "vitest";
import { intakePath, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

const asks = { prefer: "seen-network", "content-type": "text/plain" };

test.each<[string, string, Record<string, string>, string | null]>([
  ["an address", "203.0.113.7", asks, '"203.0.113.0"'],
  ["an address of version 6", "2001:db8:7:8::9", asks, '"2001:db8:7::"'],
  ["a proxy that is believed", "10.0.0.1", { ...asks, "x-forwarded-for": "198.51.100.7" }, '"198.51.100.0"'],
  ["a proxy that is not", "10.9.0.1", { ...asks, "x-forwarded-for": "198.51.100.7" }, '"10.9.0.0"'],
  ["somebody who does not ask", "203.0.113.7", { "content-type": "text/plain" }, null],
  ["a page", "203.0.113.7", { ...asks, origin: "https://shop.example" }, null],
  ["a page whose browser says no origin", "203.0.113.7", { ...asks, "sec-fetch-site": "same-origin" }, null],
])("whoever asks learns the network that is seen of it: %s", async (_name, address, headers, network) => {
  const relay = await startRelay(await standIn(), { trustProxy: ["10.0.0.1"] });
  const request = new Request(`http://relay.example${intakePath}`, { method: "POST", headers, body: "{}" });
  const response = await relay.handle(request, { address });
  expect(response.status).toBe(400);
  expect(response.headers.get("preference-applied")).toBe(network && `seen-network=${network}`);
});
