import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { root } from "./process.js";
import type { Site } from "./site.js";
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
export async function serveApp(folder: string): Promise<Pick<Site, "url" | "close">> {
  const server = createServer(({ url }, response) => {
    const file = join(folder, new URL(url ?? "/", "http://site").pathname);
    const found = existsSync(file) && statSync(file).isFile() ? file : join(folder, "index.html");
    response.setHeader("content-type", types[extname(found)] ?? "application/octet-stream");
    response.end(readFileSync(found));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
