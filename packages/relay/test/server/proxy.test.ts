import { request as httpRequest } from "node:http";
import type { RelayOptions } from "@isotherm/relay";
import { describe, expect, test } from "vitest";
import { type Backend, backend } from "../kit/backend.js";
import { startServer } from "../kit/server.js";
import { standIn } from "../kit/stand-in.js";

const secret = "s3cr3t-s3cr3t-s3cr3t";
const claimed = {
  forwarded: "for=9.9.9.9",
  "x-forwarded-for": "9.9.9.9",
  "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "https",
  "x-real-ip": "9.9.9.9",
};

/** A relay that hands /stats on to a server below its /base. */
async function proxying(
  options: Partial<RelayOptions> = {},
): Promise<{ readonly url: string; readonly there: Backend }> {
  const there = await backend();
  const proxy = [{ path: "/stats", to: `${there.url}/base` }];
  const { url } = await startServer(await standIn(), options, { proxy });
  return { url, there };
}

/** Asks for a path exactly as it is written. */
const statusOf = (url: string, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    httpRequest({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });

describe("a path that is handed on to another server", () => {
  test("comes with nothing that a visitor claims of where the request came from", async () => {
    const { url, there } = await proxying({ proxyProof: { header: "X-From-Our-Edge", secret } });
    await fetch(`${url}/stats/a`, { headers: { ...claimed, "x-from-our-edge": "wrong" } });
    const [seen] = there.seen;
    expect(seen?.path).toBe("/base/a");
    expect(seen?.headers).toMatchObject({
      host: new URL(there.url).host,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": new URL(url).host,
      "x-forwarded-proto": "http",
    });
    for (const name of ["forwarded", "x-real-ip", "x-from-our-edge"]) expect(seen?.headers).not.toHaveProperty(name);
  });

  test("comes with what a trusted proxy says, and never with its secret", async () => {
    const proof = { header: "X-From-Our-Edge", secret };
    for (const options of [{ proxyProof: proof }, { proxyProof: proof, trustProxy: ["127.0.0.1"] }]) {
      const { url, there } = await proxying(options);
      await fetch(`${url}/stats/a`, { headers: { ...claimed, "x-from-our-edge": secret } });
      expect(there.seen[0]?.headers).toMatchObject({ ...claimed, "x-forwarded-for": "9.9.9.9, 127.0.0.1" });
      expect(JSON.stringify(there.seen)).not.toContain(secret);
    }
  });

  test("comes with the address from the header that a proxy writes, not from one that the visitor did", async () => {
    const { url, there } = await proxying({ proxyProof: { header: "x-edge", secret, addressHeader: "X-Client-Ip" } });
    const headers = { ...claimed, "x-edge": secret, "x-client-ip": "203.0.113.7" };
    await fetch(`${url}/stats/a`, { headers });
    expect(there.seen[0]?.headers["x-forwarded-for"]).toBe("203.0.113.7, 127.0.0.1");
    await fetch(`${url}/stats/a`, { headers: { ...headers, "x-edge": "wrong" } });
    expect(there.seen[1]?.headers["x-forwarded-for"]).toBe("127.0.0.1");
    expect(there.seen[1]?.headers).not.toHaveProperty("x-client-ip");
  });

  test.each(["/stats/../secret", "/stats/%2e%2e/secret", "/stats/..%2fsecret"])(
    "does not lead out of it: %s",
    async (path) => {
      const { url, there } = await proxying();
      expect(await statusOf(url, path)).toBe(404);
      expect(there.seen).toEqual([]);
    },
  );
});
