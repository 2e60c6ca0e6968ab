import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { relative } from "./openapi.js";
import { type ApiDocument, docsPage } from "./page.js";
import { docsStyle } from "./style.js";

const styleHash = createHash("sha256").update(docsStyle).digest("base64");
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The description of every route for programs at `/openapi.json`, and for people at `/docs`. */
export function docsRoutes(app: FastifyInstance): void {
  let json = "";
  let page = "";
  app.addHook("onReady", async () => {
    const document = relative(app.swagger() as ApiDocument);
    json = JSON.stringify(document);
    page = docsPage(document, docsStyle);
  });

  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("application/json; charset=utf-8").header("cache-control", "no-cache").send(json),
  );
  app.get("/docs", { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-cache")
      .header("content-security-policy", policy)
      .header("referrer-policy", "no-referrer")
      .send(page),
  );
}
