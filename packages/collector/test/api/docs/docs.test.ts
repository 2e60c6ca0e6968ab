import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { running } from "../../running.js";

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: unknown;
  readonly parameters?: readonly { readonly name: string; readonly description?: string; readonly schema: object }[];
  readonly responses: { readonly [status: string]: { readonly description?: string } };
}

async function document(url: string): Promise<{ [path: string]: { [method: string]: Operation } }> {
  return (await (await fetch(`${url}/openapi.json`)).json()).paths;
}

describe("the OpenAPI document", () => {
  test("describes every route with a name, a sentence, its parameters, answers and errors", async () => {
    const { server } = await running();
    const paths = await document(server.url);
    expect(Object.keys(paths).sort()).toEqual(
      [
        ...["batches", "batches/{ref}", "briefing", "health", "sites", "sessions/{id}"].map((path) => `/v1/${path}`),
        ...[
          "bots",
          "breakdown",
          "delivery",
          "export",
          "heatmap",
          "pages",
          "series",
          "sessions",
          "snapshots",
          "events",
          "properties",
          "goals",
          "funnel",
          "retention",
          "journeys",
          "vitals",
          "errors",
          "forms",
          "realtime",
          "snapshots/{ref}",
          "summary",
        ].map((name) => `/v1/sites/{id}/${name}`),
        ...["audit", "organisations", "organisations/{id}/members", "organisations/{id}/members/{member}"].map(
          (path) => `/v1/${path}`,
        ),
        ...["projects", "projects/{id}/keys", "projects/{id}/keys/{key}", "projects/{id}/keys/{key}/rotate"].map(
          (path) => `/v1/${path}`,
        ),
        "/v1/sites/{id}/visitors/{visitor}",
        "/health/live",
        "/health/ready",
      ].sort(),
    );
    const ids = new Set<string>();
    for (const [path, methods] of Object.entries(paths))
      for (const [method, operation] of Object.entries(methods)) {
        const what = `${method} ${path}`;
        expect(operation.operationId, what).toBeTruthy();
        expect(operation.summary, what).toBeTruthy();
        ids.add(operation.operationId ?? "");
        if (method === "post")
          expect(JSON.stringify(operation), what).toMatch(/#\/components\/schemas\/(Envelope|SnapshotHead|\w+Order)"/);
        for (const parameter of operation.parameters ?? []) expect(parameter.description, what).toBeTruthy();
        for (const [status, answer] of Object.entries(operation.responses))
          expect(answer.description, `${what} ${status}`).toBeTruthy();
        if (path.startsWith("/v1/sites/{id}") && !path.includes("visitors")) {
          expect(operation.security, what).toEqual([{ readKey: [] }]);
          expect(Object.keys(operation.responses), what).toEqual(
            // A file is not asked for again and again: it has no tag.
            expect.arrayContaining([
              "200",
              ...(path.endsWith("/export") ? [] : ["304"]),
              "400",
              "401",
              "404",
              "429",
              "503",
            ]),
          );
        }
      }
    expect(ids.size).toBe(Object.values(paths).flatMap((methods) => Object.keys(methods)).length);
  });

  test("says of ways in that a token may be refused", async () => {
    const { server } = await running();
    const paths = await document(server.url);
    for (const path of ["/v1/batches", "/v1/batches/{ref}"])
      expect(paths[path]?.post?.responses[401]?.description).toContain("`token_invalid`");
  });

  test("points only at schemas that it holds", async () => {
    const { server } = await running();
    const text = await (await fetch(`${server.url}/openapi.json`)).text();
    const { schemas } = JSON.parse(text).components;
    const pointed = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? "");
    expect(pointed.length).toBeGreaterThan(20);
    for (const name of pointed) expect(schemas).toHaveProperty(name);
  });
});

describe("/docs", () => {
  test("shows every route and answer without loading or running anything", async () => {
    const { server } = await running();
    const answer = await fetch(`${server.url}/docs`);
    const page = await answer.text();
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
    expect(policy).not.toContain("unsafe");
    expect(page).not.toMatch(/<script|<link|src=|style="|https?:\/\/(?!github)/);
    for (const path of Object.keys(await document(server.url))) expect(page).toContain(`<code>${path}</code>`);
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(target);
  });
});
