import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { examineAddress } from "../../src/doctor/examine-address.js";

async function intakeThatSees(network: string): Promise<URL> {
  const server = createServer((_request, response) => {
    response.writeHead(400, { "preference-applied": `seen-network="${network}"` });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/f3k9q2w7`);
}

test.each([
  ["10.4.0.0", "fail", "an inner address"],
  ["fd00:1:2::", "fail", "an inner address"],
  ["unknown", "fail", "unknown"],
  ["192.0.2.0", "warn", "the site's own network"],
  ["203.0.113.0", "ok", "203.0.113.0"],
])("of a public site that sees %s is said: %s", async (network, state, found) => {
  const intake = await intakeThatSees(network);
  const finding = await examineAddress(intake, undefined, async () => ({ address: "192.0.2.7" }));
  expect(finding).toMatchObject({ check: "address", state, found: expect.stringContaining(found) });
});
