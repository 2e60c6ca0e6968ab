import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { type Listening, listening } from "./listening.js";
import { root } from "./process.js";
import type { System } from "./system.js";

const types: { readonly [ending: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Builds one of the examples that use Vite into `folder`, as its owner would: for the key and the path of `system`. */
export function buildExample(name: string, folder: string, { publicKey, intake }: System): void {
  const example = join(root, "examples", name);
  execFileSync(join(example, "node_modules/.bin/vite"), ["build", "--outDir", folder, "--emptyOutDir"], {
    cwd: example,
    env: { ...process.env, VITE_ISOTHERM_KEY: publicKey, VITE_ISOTHERM_TO: intake },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Serves `folder` on a free port as a single-page app: addresses without a file get its index.html. */
export async function serveApp(folder: string): Promise<Listening> {
  const server = createServer(({ url }, response) => {
    const file = join(folder, new URL(url ?? "/", "http://site").pathname);
    const found = existsSync(file) && statSync(file).isFile() ? file : join(folder, "index.html");
    response.setHeader("content-type", types[extname(found)] ?? "application/octet-stream");
    response.end(readFileSync(found));
  });
  return listening(server);
}
