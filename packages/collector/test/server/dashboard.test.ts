import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import { dashboardRoutes } from "../../src/server/dashboard.js";
import { temporaryFolder } from "../running.js";

async function built(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "assets"));
  await writeFile(
    join(folder, "index.html"),
    '<!doctype html><script type="module" src="./assets/app-3f9a1c2e.js"></script>',
  );
  await writeFile(join(folder, "assets", "app-3f9a1c2e.js"), "export {}");
  await writeFile(join(folder, "assets", "plain.js"), "export {}");
  await writeFile(join(folder, "snapshot.html"), "<!doctype html>");
  return folder;
}

describe("the dashboard", () => {
  test.each(["", "/stats"])("is served below %j with a strict policy, hashed names for good", async (prefix) => {
    const app = Fastify();
    await app.register(dashboardRoutes(await built()), { prefix });
    const page = await app.inject(`${prefix}/`);
    expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = String(page.headers["content-security-policy"]);
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(rule);
    expect(policy).not.toContain("unsafe");
    expect(page.headers["cache-control"]).toBe("no-cache");
    const hashed = await app.inject(`${prefix}/assets/app-3f9a1c2e.js`);
    expect([hashed.statusCode, hashed.headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect((await app.inject(`${prefix}/assets/plain.js`)).headers["cache-control"]).toBe("no-cache");
    expect((await app.inject(`${prefix}/assets/../../etc/passwd`)).statusCode).toBe(404);
    expect((await app.inject(`${prefix}/assets/%2e%2e/%2e%2e/etc/passwd`)).statusCode).toBe(404);
  });

  test("gives a snapshot a frame that only it may hold, in which styles count and nothing runs", async () => {
    const app = Fastify();
    await app.register(dashboardRoutes(await built()));
    const page = String((await app.inject("/")).headers["content-security-policy"]);
    expect(page).toContain("frame-src 'self'");
    const policy = String((await app.inject("/snapshot.html")).headers["content-security-policy"]);
    for (const rule of [
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      "frame-ancestors 'self'",
      "sandbox allow-same-origin",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/script-src|allow-scripts|connect-src|frame-src/);
  });

  test("is led to its trailing slash, by which relative links go right", async () => {
    const app = Fastify();
    await app.register(dashboardRoutes(await built()), { prefix: "/stats" });
    const answer = await app.inject("/stats?site=shop");
    expect(answer.statusCode).toBe(308);
    expect(new URL(String(answer.headers.location), "https://a.example/base/stats").href).toBe(
      "https://a.example/base/stats/?site=shop",
    );
  });

  test("is left out while it is not built", async () => {
    const app = Fastify();
    await app.register(dashboardRoutes(await temporaryFolder()));
    expect((await app.inject("/")).statusCode).toBe(404);
  });
});
