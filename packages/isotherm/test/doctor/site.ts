import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { createEdgeRelay, type EdgeRelay } from "@isotherm/relay/edge";
import { onTestFinished } from "vitest";
import { scriptTag } from "../../src/snippet.js";
import { sdkFolder } from "../../src/system/sdk-folder.js";

export const paths = { intake: "/f3k9q2w7", script: "/h2m4x8b1" };

/** What is wrong with a site. */
export interface Fault {
  /** Changes the snippet. */
  readonly tag?: (tag: string) => string;
  /** Markup before the snippet. */
  readonly head?: string;
  readonly pageStatus?: number;
  readonly pageHeaders?: Record<string, string>;
  /** Origins that may send. @default the site's own */
  readonly origins?: readonly string[];
  readonly trustProxy?: readonly string[];
  readonly paths?: typeof paths;
  /** Bytes of request that the server in front lets through. */
  readonly limit?: number;
  /** Changes a request on its way to the relay. */
  readonly request?: (request: Request) => Request;
  /** Changes an answer of the relay on its way back. */
  readonly script?: (answer: Response) => Promise<Response> | Response;
  readonly intake?: (answer: Response) => Promise<Response> | Response;
}

/** An answer with other headers; null takes one off. */
export function withHeaders(answer: Response, change: { readonly [name: string]: string | null }): Response {
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(change)) value === null ? headers.delete(name) : headers.set(name, value);
  return new Response(answer.body, { status: answer.status, headers });
}

/** A site with a page, a server in front and a relay, with the fault that is asked for; its address. */
export async function startSite(fault: Fault = {}): Promise<string> {
  const used = fault.paths ?? paths;
  const server = createServer(async (request, response) => {
    const answer = await serve(request).catch((error: unknown) => new Response(String(error), { status: 500 }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const relay = await startRelay(url, fault);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await relay.close();
  });
  const tag = scriptTag({
    publicKey: "pk_shop",
    paths: used,
    script: relay.script?.path ?? "",
    integrity: relay.script?.integrity ?? "",
  });
  const html = `<!doctype html><html><head>${fault.head ?? ""}${(fault.tag ?? ((it) => it))(tag)}</head><body>Hello</body></html>`;

  async function serve(request: IncomingMessage): Promise<Response> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = request.url ?? "/";
    if (path === "/")
      return new Response(html, {
        status: fault.pageStatus ?? 200,
        headers: { "content-type": "text/html", ...fault.pageHeaders },
      });
    if (body.length > (fault.limit ?? 2_000_000)) return new Response("too large", { status: 413 });
    const asked = new Request(url + path, {
      method: request.method ?? "GET",
      headers: request.headers as Record<string, string>,
      ...(request.method === "POST" && { body }),
    });
    const answer = await relay.handle((fault.request ?? ((it) => it))(asked), { address: "127.0.0.1" });
    const change = path.startsWith(used.script) ? fault.script : fault.intake;
    return change === undefined ? answer : change(answer);
  }
  return `${url}/`;
}

async function startRelay(origin: string, fault: Fault): Promise<EdgeRelay> {
  const folder = sdkFolder();
  const files: { [name: string]: Uint8Array } = {};
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    files[name] = bytes;
    files[`${name}.br`] = brotliCompressSync(bytes);
  }
  return createEdgeRelay({
    paths: fault.paths ?? paths,
    durability: "upstream",
    targets: [
      { type: "webhook", url: "http://127.0.0.1:1", secrets: ["whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ="] },
    ],
    sites: [
      {
        id: "shop",
        group: "shop",
        timeZone: "UTC",
        keys: ["pk_shop"],
        origins: fault.origins ?? [origin],
        privacy: { gpc: "drop", dnt: "drop" },
      },
    ],
    script: files,
    trustProxy: fault.trustProxy ?? [],
  });
}
