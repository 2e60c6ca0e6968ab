import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { CheckName, Finding, State } from "../../src/doctor/finding.js";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";
import { type Fault, paths, startSite, withHeaders } from "./site.js";

const checks: readonly CheckName[] = [
  "page",
  "snippet",
  "first-party",
  "script",
  "integrity",
  "compression",
  "cache",
  "origin",
  "intake",
  "untouched",
  "size",
  "address",
  "policy",
  "lists",
];

async function doctor(fault: Fault, flags: readonly string[] = [], cwd = temporaryFolder()) {
  const ran = await runHere(cwd, ["doctor", await startSite(fault), "--json", ...flags]);
  return { ...ran, checks: (JSON.parse(ran.out) as { readonly checks: readonly Finding[] }).checks };
}

const policy = (text: string): Fault => ({ pageHeaders: { "content-security-policy": text } });
const plainly = (request: Request): Request => {
  request.headers.delete("accept-encoding");
  return request;
};
const nonced = (tag: string): string => tag.replace("<script ", '<script nonce="r4nd0m" ');

describe("isotherm doctor", () => {
  test("finds nothing to mend where all is well, and says what it looked at", async () => {
    const { code, err, checks: found } = await doctor({});
    expect(found.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(found.map(({ check }) => check)).toEqual(checks);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  test.each<[string, CheckName, State, Fault, (readonly string[])?]>([
    ["a page that is not there", "page", "fail", { pageStatus: 404 }],
    ["a page without the tag", "snippet", "fail", { tag: () => "" }],
    ["a tag without a key", "snippet", "fail", { tag: (tag) => tag.replace("pk_shop", "") }],
    ["a tag that the page waits for", "snippet", "warn", { tag: (tag) => tag.replace("async ", "") }],
    ["an old tag", "script", "fail", { tag: (tag) => tag.replace(/\/[0-9a-f]+\.js/, "/0123456789abcdef.js") }],
    [
      "a page of errors for a script",
      "script",
      "fail",
      { script: () => new Response("<html>", { headers: { "content-type": "text/html" } }) },
    ],
    [
      "a script that something rewrites",
      "integrity",
      "fail",
      {
        script: async (it) => {
          const code = brotliDecompressSync(await it.arrayBuffer());
          return withHeaders(new Response(brotliCompressSync(`${code};more()`), it), { "content-length": null });
        },
      },
    ],
    ["a tag without integrity", "integrity", "warn", { tag: (tag) => tag.replace(/ integrity="[^"]*"/, "") }],
    ["a server that unpacks", "compression", "warn", { request: plainly }],
    ["a server that takes Vary off", "compression", "warn", { script: (it) => withHeaders(it, { vary: null }) }],
    [
      "a server that keeps nothing",
      "cache",
      "warn",
      { script: (it) => withHeaders(it, { "cache-control": "no-cache" }) },
    ],
    ["an origin that may not send", "origin", "fail", { origins: ["https://other.example"] }],
    ["a path that leads elsewhere", "intake", "fail", { intake: () => new Response("Not found", { status: 404 }) }],
    ["a site's own page for every path", "intake", "fail", { intake: () => new Response("<html>") }],
    [
      "answers that may be kept",
      "untouched",
      "fail",
      { intake: (it) => withHeaders(it, { "cache-control": "max-age=60" }) },
    ],
    ["an answer out of a cache", "untouched", "fail", { intake: (it) => withHeaders(it, { age: "3" }) }],
    ["answers without their id", "untouched", "fail", { intake: (it) => withHeaders(it, { "x-request-id": null }) }],
    ["a limit of half a megabyte", "size", "fail", { limit: 500_000 }],
    ["a relay that believes visitors", "address", "fail", { trustProxy: ["127.0.0.1"] }],
    ["a relay that sees the proxy", "address", "fail", {}, ["--address", "203.0.113.7"]],
    [
      "a relay that does not say",
      "address",
      "warn",
      { intake: (it) => withHeaders(it, { "preference-applied": null }) },
    ],
    ["a policy without the script", "policy", "fail", policy("default-src 'self'; script-src https://cdn.example")],
    ["a policy without the intake", "policy", "fail", policy("script-src 'self'; connect-src 'none'")],
    ["a policy with another nonce", "policy", "fail", { ...policy("script-src 'nonce-other'"), tag: nonced }],
    [
      "a policy in the page",
      "policy",
      "fail",
      { head: `<meta http-equiv="Content-Security-Policy" content="script-src 'none'">` },
    ],
    ["telling paths", "lists", "fail", { paths: { ...paths, intake: "/api/event" } }],
  ])("finds %s", async (_name, check, state, fault, flags) => {
    const { code, checks: found } = await doctor(fault, flags);
    const marred = found.filter((one) => one.state !== "ok");
    expect(marred.map((one) => [one.check, one.state])).toEqual([[check, state]]);
    expect(marred[0]?.fix).not.toBe("");
    expect(code).toBe(state === "fail" ? 1 : 0);
  });

  test.each<[string, Fault]>([
    ["its nonce", { ...policy("script-src 'nonce-r4nd0m' 'strict-dynamic'; connect-src 'self'"), tag: nonced }],
    ["the page's own origin", policy("default-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'")],
    ["a path", policy("script-src 'self'; connect-src *")],
  ])("lets a policy be that allows script and intake by %s", async (_name, fault) => {
    const { checks: found } = await doctor(fault);
    expect(found.filter(({ state }) => state !== "ok")).toEqual([]);
  });

  test("holds paths and file name against the lists of a folder", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "lists"));
    const write = (line: string): void => writeFileSync(join(folder, "lists/own.txt"), `! a list\n${line}\n`);
    write(`${paths.intake}^$ping,1p`);
    const stopped = await doctor({}, ["--lists", "lists"], folder);
    expect(stopped.checks.find(({ check }) => check === "lists")).toMatchObject({
      state: "fail",
      found: `${paths.intake}^$ping,1p stops ${paths.intake}`,
    });
    write(`${paths.intake}^$ping,3p`);
    const passed = await doctor({}, ["--lists", "lists"], folder);
    expect(passed).toMatchObject({ code: 0, err: "" });
  });

  test("prints a line for each check, what to fix below it, and one line in the end", async () => {
    const site = await startSite({ limit: 500_000 });
    const { code, out, err } = await runHere(temporaryFolder(), ["doctor", site]);
    const lines = out.split("\n");
    expect(lines.filter((line) => /^(ok|warn|fail) /.test(line))).toHaveLength(checks.length);
    const at = lines.findIndex((line) => line.startsWith("fail"));
    expect(lines[at]).toMatch(/^fail {2}size +a request of 1 MB answers 413$/);
    expect(lines[at + 1]).toMatch(/to 2 MB \(nginx: client_max_body_size 2m\)/);
    expect(err).toBe(`error: ${site}: 1 of ${checks.length} checks failed`);
    expect(code).toBe(1);
  });

  test("names the intake of a page whose own bundle holds the SDK", async () => {
    const { code, checks: found } = await doctor({ tag: () => "" }, ["--to", paths.intake]);
    expect(code).toBe(0);
    expect(found.map(({ check }) => check)).not.toContain("script");
    expect(found.filter(({ state }) => state !== "ok").map(({ check }) => check)).toEqual(["snippet"]);
  });

  test("says so in a line where nothing answers, and where an address is none", async () => {
    const cwd = temporaryFolder();
    const silent = await runHere(cwd, ["doctor", "http://127.0.0.1:1/"]);
    expect(silent.code).toBe(1);
    expect(silent.out).toMatch(/^fail {2}page +http:\/\/127\.0\.0\.1:1\/ gives no answer: .+\n/);
    expect((await runHere(cwd, ["doctor", "shop.example"])).code).toBe(2);
    expect((await runHere(cwd, ["doctor", "http://127.0.0.1:1/", "--lists", "nowhere"])).code).toBe(2);
  });
});
