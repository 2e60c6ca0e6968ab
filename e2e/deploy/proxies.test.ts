import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../kit/free-port.js";
import { type Listening, listening } from "../kit/listening.js";
import { isotherm, root, start } from "../kit/process.js";
import { until } from "../kit/until.js";
import { paths, proof, type SeeingRelay, seeingRelay } from "./relay.js";

const example = (path: string): string => readFileSync(`${root}examples/deploy/${path}`, "utf8");

let relay: SeeingRelay;
let folder: string;
let site: Listening;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "isotherm-proxies-"));
  relay = await seeingRelay();
  site = await listening(
    createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><html><head>${relay.tag}</head></html>`);
    }),
  );
});

afterAll(async () => {
  await site.close();
  await relay.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A request from another address of this machine, as of a visitor, that lies about its way. */
const fromVisitor =
  (port: number) =>
  (path: string, { method = "GET", body, headers }: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const asked = httpRequest(
        {
          ...{ host: "127.0.0.1", port, path, method, localAddress: "127.0.0.2" },
          headers: { host: "shop.example", "x-forwarded-for": "1.1.1.1", ...(headers as Record<string, string>) },
        },
        async (response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk as Buffer);
          const { statusCode: status = 0 } = response;
          resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status }));
        },
      );
      asked.once("error", reject);
      asked.end(body);
    });

/** A web server with the example's configuration, in front of the relay. */
const servers: { readonly [name: string]: (port: number) => [command: string, args: string[]] } = {
  nginx: (port) => {
    const own = example("nginx/isotherm.conf").replace("http://127.0.0.1:8787", relay.url);
    const file = join(folder, "nginx.conf");
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((it) => `${it}_temp_path ${folder};`);
    writeFileSync(
      file,
      `daemon off; pid ${folder}/nginx.pid; error_log stderr; worker_processes 1; events {}
       http { access_log off; ${temporary.join(" ")} server { listen 127.0.0.1:${port}; location / { proxy_pass ${site.url}; } ${own}\n } }`,
    );
    return ["nginx", ["-c", file, "-p", folder, "-e", "stderr"]];
  },
  caddy: (port) => {
    const file = join(folder, "Caddyfile");
    const own = example("caddy/Caddyfile")
      .replace("shop.example", `http://127.0.0.1:${port}, http://shop.example:${port}`)
      .replace("127.0.0.1:8787", new URL(relay.url).host)
      .replace("127.0.0.1:3000", new URL(site.url).host);
    writeFileSync(file, `{\n\tadmin off\n}\n${own}`);
    return ["caddy", ["run", "--adapter", "caddyfile", "--config", file]];
  },
};

describe.each(Object.keys(servers))("behind %s, as the example configures it", (name) => {
  let ask: ReturnType<typeof fromVisitor>;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    const [command, args] = servers[name]?.(port) ?? ["false", []];
    const running = start(command, args, folder, { HOME: folder });
    ask = fromVisitor(port);
    url = `http://127.0.0.1:${port}/`;
    await until(`${name} to listen`, async () => {
      if (running.hasEnded()) throw new Error(`${name} ended: ${running.output()}`);
      return ask(paths.intake, {}).then(
        () => true,
        () => null,
      );
    });
    return async () => void (await running.stop());
  });

  test("the relay sees the visitor's address, whatever the visitor says of it", async () => {
    expect(await relay.visit(ask)).toEqual({ status: 204, address: "127.0.0.2" });
  });

  test("isotherm doctor finds nothing to mend", async () => {
    const doctor = isotherm(["doctor", url], folder);
    const code = await doctor.ended;
    expect(doctor.output()).not.toMatch(/^(?:warn|fail) /m);
    expect(code).toBe(0);
  });

  test("the script is served", async () => {
    const response = await ask(relay.script, {});
    expect([response.status, (await response.text()).includes("isotherm")]).toEqual([200, true]);
  });

  test("the relay itself refuses what is too large, in the form that the SDK understands", async () => {
    const response = await ask(paths.intake, { method: "POST", body: "x".repeat(1_200_000) });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, "body_too_large"]);
  });
});

/** A platform's function with the example's code; it knows the visitor's address by the platform's own way. */
const platforms: { readonly [name: string]: (request: Request) => Promise<Response> } = {
  "a Cloudflare Worker": async (request) => {
    const { default: worker } = await import(`${root}examples/deploy/cloudflare/worker.js`);
    request.headers.set("cf-connecting-ip", "203.0.113.7");
    return worker.fetch(request, { RELAY: relay.url, RELAY_SECRET: proof.secret });
  },
  "a Netlify Edge Function": async (request) => {
    const environment: { readonly [name: string]: string } = { RELAY: relay.url, RELAY_SECRET: proof.secret };
    Object.assign(globalThis, { Netlify: { env: { get: (name: string) => environment[name] } } });
    onTestFinished(() => void Reflect.deleteProperty(globalThis, "Netlify"));
    const { default: handle } = await import(`${root}examples/deploy/netlify/edge-functions/isotherm.js`);
    return handle(request, { ip: "203.0.113.7" });
  },
  "Vercel's middleware": async (request) => {
    Object.assign(process.env, { RELAY: relay.url, RELAY_SECRET: proof.secret });
    const { default: middleware } = await import(`${root}examples/deploy/vercel/middleware.js`);
    request.headers.set("x-real-ip", "203.0.113.7");
    return middleware(request);
  },
};

test.each(Object.entries(platforms))("behind %s the relay sees the visitor's address", async (_name, ask) => {
  const lies = { "x-forwarded-for": "1.1.1.1", "x-visitor-address": "1.1.1.1" };
  const visit = (path: string, init: RequestInit): Promise<Response> =>
    ask(new Request(`https://shop.example${path}`, { ...init, headers: { ...init.headers, ...lies } }));
  expect(await relay.visit(visit)).toEqual({ status: 204, address: "203.0.113.7" });
});

test("who shows no proof is not believed", async () => {
  const lies = { [proof.header]: "guessed", [proof.addressHeader]: "1.1.1.1" };
  const visit = (path: string, init: RequestInit): Promise<Response> =>
    fetch(relay.url + path, { ...init, headers: { ...init.headers, ...lies } });
  expect(await relay.visit(visit)).toEqual({ status: 204, address: "127.0.0.1" });
});
