import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createRelay, type Relay, RelayError } from "@isotherm/relay";
import { describe, expect, inject, test } from "vitest";
import { relayOptions, scriptPath, startRelay } from "../kit/relay.js";
import { scriptFiles } from "../kit/script-build.js";
import { standIn } from "../kit/stand-in.js";

const entry = scriptFiles["isotherm.js"] ?? "";
const get = (relay: Relay, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> =>
  relay.handle(new Request(`http://relay.example${path}`, { method, headers }), { address: "203.0.113.7" });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe("script", () => {
  test("lies under the hash of its content, and its tag can check it", async () => {
    const relay = await startRelay(await standIn());
    const hash = createHash("sha256").update(entry).digest("hex").slice(0, 16);
    expect(relay.script.path).toBe(`${scriptPath}/${hash}.js`);
    const response = await get(relay, relay.script.path);
    expect(response.status).toBe(200);
    const bytes = await bytesOf(response);
    expect(bytes.toString()).toBe(entry);
    expect(relay.script.integrity).toBe(`sha384-${createHash("sha384").update(bytes).digest("base64")}`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "access-control-allow-origin": "*",
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
    });
  });

  test("finds what it loads later beside it, under its own name, and itself under no other", async () => {
    const relay = await startRelay(await standIn());
    const lazy = await get(relay, `${scriptPath}/moves-1a2b3c4d.js`);
    expect(await lazy.text()).toBe(scriptFiles["moves-1a2b3c4d.js"]);
    for (const name of ["isotherm.js", "stub.js", "manifest.json", "", "../package.json", "%2e%2e/package.json"])
      expect((await get(relay, `${scriptPath}/${name}`)).status).toBe(404);
    expect((await get(relay, relay.script.path, {}, "DELETE")).status).toBe(404);
  });

  test.each([
    ["br, gzip", "br"],
    ["gzip, deflate", "gzip"],
    ["gzip;q=1.0, br;q=0", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["gzip;q=0.5, *;q=0.9", "br"],
    ["*", "br"],
    ["identity", null],
    ["", null],
  ])("is packed for a client that takes %j", async (accepts, packed) => {
    // Without Node nothing packs: whatever stands in front does.
    const expected = inject("core") === "node" ? packed : null;
    const relay = await startRelay(await standIn());
    const response = await get(relay, relay.script.path, { "accept-encoding": accepts });
    expect(response.headers.get("content-encoding")).toBe(expected);
    const bytes = await bytesOf(response);
    const plain = expected === "br" ? brotliDecompressSync(bytes) : expected === "gzip" ? gunzipSync(bytes) : bytes;
    expect(plain.toString()).toBe(entry);
    if (expected !== null) expect(bytes.length).toBeLessThan(entry.length / 2);
  });

  test("is not sent again to whoever has it", async () => {
    const relay = await startRelay(await standIn());
    const first = await get(relay, relay.script.path, { "accept-encoding": "br" });
    const etag = first.headers.get("etag") ?? "";
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await get(relay, relay.script.path, { "accept-encoding": "br", "if-none-match": tag });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    expect((await get(relay, relay.script.path, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("answers HEAD without a body", async () => {
    const relay = await startRelay(await standIn());
    const response = await get(relay, relay.script.path, {}, "HEAD");
    expect([response.status, response.headers.get("content-length")]).toEqual([200, String(entry.length)]);
    expect(await response.text()).toBe("");
  });

  test("is checked at the start: a build that is not whole is refused by name", async () => {
    const options = await relayOptions(await standIn());
    const start = (): Promise<string> =>
      createRelay(options).then(
        () => "started",
        (error: unknown) => (error instanceof RelayError ? `${error.code} ${error.message}` : String(error)),
      );
    await writeFile(join(options.sdkFolder, "moves-1a2b3c4d.js"), "changed");
    expect(await start()).toMatch(/^options_invalid sdkFolder: .*moves-1a2b3c4d\.js is not the file/);
    await rm(join(options.sdkFolder, "moves-1a2b3c4d.js"));
    expect(await start()).toMatch(/moves-1a2b3c4d\.js cannot be read/);
    await rm(join(options.sdkFolder, "manifest.json"));
    expect(await start()).toMatch(/no manifest\.json/);
  });
});
