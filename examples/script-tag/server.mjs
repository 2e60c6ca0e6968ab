import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = fileURLToPath(new URL("./site/", import.meta.url));

/** Each address, its page, and the page's title. */
export const pages = {
  "/": { file: "home.html", title: "Harbour: berth bookings for small marinas" },
  "/pricing": { file: "pricing.html", title: "Pricing | Harbour" },
  "/stories/a-winter-at-the-quay": { file: "winter.html", title: "A winter at the quay | Harbour" },
  "/docs": { file: "docs/start.html", title: "First steps | Harbour guide" },
  "/docs/berths": { file: "docs/berths.html", title: "Berths | Harbour guide" },
  "/docs/guests": { file: "docs/guests.html", title: "Guests | Harbour guide" },
  "/docs/invoices": { file: "docs/invoices.html", title: "Invoices | Harbour guide" },
};

const types = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".csv": "text/csv; charset=utf-8",
};

/**
 * Serves the example site, as any site's own server would: pages from templates, and in each page's head the snippet
 * that `isotherm init` prints, filled in from `snippet`. Without one the pages are served without it.
 *
 * @param {{ host?: string, port?: number, snippet?: { key: string, intake: string, script: string, integrity: string } }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function exampleSite({ host = "127.0.0.1", port = 0, snippet } = {}) {
  const server = createServer((request, response) => {
    answer(request, snippet).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(request.method === "HEAD" ? "" : body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function answer({ method, url }, snippet) {
  const path = new URL(url, "http://site").pathname;
  if (method !== "GET" && method !== "HEAD") return text(405, "This site only answers GET.");
  if (path.startsWith("/static/")) return asset(path.slice("/static/".length));
  if (path.length > 1 && path.endsWith("/")) return { status: 301, headers: { location: path.slice(0, -1) }, body: "" };
  const page = pages[path];
  const html = await render(page ?? { file: "missing.html", title: "Not found | Harbour" }, path, snippet);
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" };
  return { status: page ? 200 : 404, headers, body: html };
}

async function render({ file, title }, path, snippet) {
  const main = await template(file);
  const docs = file.startsWith("docs/");
  const body = docs ? fill(await template("docs/frame.html"), { article: main }) : main;
  const html = fill(await template("layout.html"), {
    title,
    main: body,
    snippet: snippet ? fill(await template("snippet.html"), snippet) : "",
    scripts: docs ? '<script src="/static/docs.js" defer></script>' : '<script src="/static/form.js" defer></script>',
  });
  return html.replaceAll(`href="${path}"`, `href="${path}" aria-current="page"`);
}

function template(name) {
  return readFile(join(folder, "pages", name), "utf8");
}

function fill(html, values) {
  return html.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name] ?? "");
}

async function asset(name) {
  const type = types[extname(name)];
  if (!/^[a-z-]+\.[a-z]+$/.test(name) || type === undefined) return text(404, "Not found.");
  try {
    const body = await readFile(join(folder, "static", name));
    return { status: 200, headers: { "content-type": type, "cache-control": "no-cache" }, body };
  } catch {
    return text(404, "Not found.");
  }
}

function text(status, body) {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { PORT = "3000", ISOTHERM_KEY: key, ISOTHERM_INTAKE: intake, ISOTHERM_SCRIPT: script } = process.env;
  const integrity = process.env.ISOTHERM_INTEGRITY ?? "";
  const snippet = key && intake && script ? { key, intake, script, integrity } : undefined;
  const { url } = await exampleSite({ port: Number(PORT), snippet });
  process.stdout.write(`The example site is at ${url}\n`);
}
