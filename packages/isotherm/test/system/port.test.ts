import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { listening } from "../../src/system/port.js";

const place = { field: "relay.port", flag: "--port", host: "127.0.0.1", port: 8787 };

describe("listening", () => {
  test("says of a port that is taken which option to change", async () => {
    const listen = (port: number) =>
      new Promise<number>((resolve, reject) => {
        const server = createServer().once("error", reject);
        onTestFinished(() => void server.close());
        server.listen(port, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
      });
    const port = await listen(0);
    await expect(listening({ ...place, port }, () => listen(port))).rejects.toMatchObject({
      code: "port_taken",
      message: `relay.port: 127.0.0.1:${port} is in use already; choose another with --port`,
    });
  });

  test("does not take a folder's missing permission for a port's", async () => {
    const cause = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", syscall: "access" });
    const refusal = new Error("folder: /data/relay cannot be written", { cause });
    await expect(listening(place, () => Promise.reject(refusal))).rejects.toBe(refusal);
  });
});
