import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyPluginAsync } from "fastify";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The frame that a page's snapshot is rebuilt in. It has the page's own styles, may load its images and fonts, and runs
 * nothing; the dashboard allows it the hosts of that page alone.
 */
const framePolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline' http: https:",
  "img-src http: https: data:",
  "font-src http: https: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-same-origin",
].join("; ");

/** The built interface in `folder`, served at `/` with nothing from anywhere else. */
export function dashboardRoutes(folder: string): FastifyPluginAsync {
  return async (app) => {
    if (!existsSync(join(folder, "index.html"))) {
      app.log.warn("the dashboard is not built, and so is not served");
      return;
    }
    app.addHook("onRequest", async (request, reply) => {
      const [path = "", search] = request.url.split("?");
      if (app.prefix === "" || path !== app.prefix) return;
      // Relative, so that it is also right behind a proxy that takes a part of the path away.
      const to = `${path.slice(path.lastIndexOf("/") + 1)}/${search === undefined ? "" : `?${search}`}`;
      return reply.code(308).header("location", to).send();
    });
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      decorateReply: false,
      cacheControl: false,
      schemaHide: true,
      setHeaders: (response, file) => {
        response.setHeader("content-security-policy", basename(file) === "snapshot.html" ? framePolicy : policy);
        response.setHeader("referrer-policy", "no-referrer");
        // Names with a hash in them change with what is in them.
        const lasting = /[-.][0-9a-zA-Z_-]{8,}\.(?:js|css|woff2|svg|json)$/.test(file);
        response.setHeader("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  };
}
