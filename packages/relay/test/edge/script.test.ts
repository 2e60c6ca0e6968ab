import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { newSecret } from "@isotherm/protocol/signature";
import { createEdgeRelay } from "@isotherm/relay/edge";
import { expect, test } from "vitest";
import { filesIn } from "../kit/edge-relay.js";
import { temporaryFolder } from "../kit/folder.js";
import { scriptBuild, scriptFiles } from "../kit/script-build.js";

const entry = "isotherm.js";

test("without Node the script is sent packed where its packed forms are handed in", async () => {
  const files = await filesIn(await scriptBuild(await temporaryFolder()));
  const plain = files[entry] ?? new Uint8Array();
  const relay = await createEdgeRelay({
    paths: { intake: "/f3k9q2w7", script: "/h2m4x8b1" },
    durability: "upstream",
    targets: [{ type: "isotherm", url: "http://127.0.0.1:1", keyId: "rk_0123456789ab", secrets: [newSecret()] }],
    script: { ...files, [`${entry}.br`]: brotliCompressSync(plain), [`${entry}.gz`]: gzipSync(plain) },
  });
  const get = async (path: string | undefined, accepts: string): Promise<readonly [string | null, Buffer]> => {
    const headers = { "accept-encoding": accepts };
    const response = await relay.handle(new Request(`https://shop.example${path}`, { headers }), { address: "::1" });
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    return [response.headers.get("content-encoding"), Buffer.from(await response.arrayBuffer())];
  };
  const path = relay.script?.path;
  const [br, packed] = await get(path, "gzip, br");
  expect([br, brotliDecompressSync(packed).toString()]).toEqual(["br", scriptFiles[entry]]);
  const [gzip, zipped] = await get(path, "gzip");
  expect([gzip, gunzipSync(zipped).toString()]).toEqual(["gzip", scriptFiles[entry]]);
  const [none, lazy] = await get("/h2m4x8b1/moves-1a2b3c4d.js", "br, gzip");
  expect([none, lazy.toString()]).toEqual([null, scriptFiles["moves-1a2b3c4d.js"]]);
  await relay.close();
});
