import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { dashboardFolder } from "@isotherm/dashboard";
import type { FastifyInstance } from "fastify";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The built interface at `/`, with nothing from anywhere else. */
export async function dashboardRoutes(app: FastifyInstance): Promise<void> {
  if (!existsSync(join(dashboardFolder, "index.html"))) {
    app.log.warn("the dashboard is not built, and so is not served");
    return;
  }
  await app.register(fastifyStatic, {
    root: dashboardFolder,
    wildcard: false,
    decorateReply: false,
    cacheControl: false,
    schemaHide: true,
    setHeaders: (response, file) => {
      response.setHeader("content-security-policy", policy);
      response.setHeader("referrer-policy", "no-referrer");
      // Names with a hash in them change with what is in them.
      const lasting = /[-.][0-9a-zA-Z_-]{8,}\.(?:js|css|woff2|svg|json)$/.test(file);
      response.setHeader("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}
