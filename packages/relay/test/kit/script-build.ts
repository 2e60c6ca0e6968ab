import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the test's script-tag build holds. */
export const scriptFiles: { readonly [name: string]: string } = {
  "isotherm.js": `globalThis.isotherm = { start: () => import("./moves-1a2b3c4d.js") };\n${"// long enough to pack\n".repeat(40)}`,
  "stub.js": "globalThis.isotherm ??= [];\n",
  "moves-1a2b3c4d.js": "export const moves = () => 'moves';\n",
};

/** Writes a build as the SDK's own build script does, and gives back its folder. */
export async function scriptBuild(folder: string): Promise<string> {
  const target = join(folder, "sdk");
  await mkdir(target, { recursive: true });
  const files: { [name: string]: { sri: string; bytes: number } } = {};
  for (const [name, content] of Object.entries(scriptFiles)) {
    await writeFile(join(target, name), content);
    const sri = `sha384-${createHash("sha384").update(content).digest("base64")}`;
    files[name] = { sri, bytes: Buffer.byteLength(content) };
  }
  await writeFile(join(target, "manifest.json"), JSON.stringify({ entry: "isotherm.js", stub: "stub.js", files }));
  return target;
}
