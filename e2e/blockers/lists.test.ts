import { readFileSync } from "node:fs";
import { FiltersEngine, Request } from "@ghostery/adblocker";
import { beforeAll, expect, test } from "vitest";
import { stopping } from "../../packages/isotherm/src/doctor/filter.js";
import { readLists } from "../../packages/isotherm/src/doctor/lists.js";
import { randomPath } from "../../packages/isotherm/src/setup/path.js";
import { root } from "../kit/process.js";
import { controls } from "./controls.js";
import { lists, listsFolder } from "./lists.js";

type Type = "script" | "xmlhttprequest" | "ping";

const page = "https://shop.example/articles/1";
const types = ["xmlhttprequest", "ping"] as const;
let engine: FiltersEngine;
let stops: (url: string, type: Type) => readonly string[];

beforeAll(async () => {
  engine = FiltersEngine.parse(lists().join("\n"));
  const filters = await readLists(listsFolder());
  stops = (url, type) => stopping(filters, { url: new URL(url), page: new URL(page), type });
});

const engineStops = (url: string, type: Type): boolean =>
  engine.match(Request.fromRawDetails({ url, type, sourceUrl: page })).match;

test("no list stops a file of the SDK, under whatever path init chooses, nor a request of a session", () => {
  const manifest = JSON.parse(readFileSync(`${root}packages/sdk/dist/script/manifest.json`, "utf8"));
  const names = ["0123456789abcdef.js", ...Object.keys(manifest.files).filter((name) => name !== manifest.entry)];
  expect(names.length).toBeGreaterThan(10);
  const found: string[] = [];
  const look = (url: string, type: Type): void => {
    if (engineStops(url, type)) found.push(`${type} ${url}`);
  };
  for (let i = 0; i < 2_000; i++) {
    const [intake, script] = [randomPath(), randomPath()];
    const name = names[i % names.length];
    look(`https://shop.example${script}/${name}`, "script");
    for (const type of types) look(`https://shop.example${intake}`, type);
    look(`https://shop.example${intake}/0193a5b0-7c00-7abc-8def-000000000001`, "xmlhttprequest");
  }
  expect(found).toEqual([]);
});

test("what isotherm doctor reads of the lists stops the controls, as a blocker does, and nothing of ours", () => {
  for (const { line, path, foreign, by } of controls) {
    const url = `https://${foreign ? "elsewhere.test" : "shop.example"}${path}`;
    const type = by === "beacon" ? "ping" : "xmlhttprequest";
    expect([url, engineStops(url, type)]).toEqual([url, true]);
    expect(stops(url, type)).toContain(line);
  }
  for (let i = 0; i < 20; i++)
    for (const type of types) expect(stops(`https://shop.example${randomPath()}`, type)).toEqual([]);
});

test("and judges the usual paths of trackers as a blocker does", () => {
  const usual = [
    "/api/event",
    "/api/events",
    "/api/send",
    "/ahoy/events",
    "/matomo.php?idsite=1",
    "/piwik.js",
    "/js/script.js",
    "/g/collect?v=2",
    "/stats/web_vitals/1",
    "/umami.js",
    "/static/array.js",
    "/collect",
    "/track",
    "/pixel.gif",
    "/articles/2",
    "/assets/app-3f2a91.js",
  ];
  const judged = (judge: (url: string, type: Type) => boolean): readonly string[] =>
    usual.flatMap((path) =>
      (["script", ...types] as const)
        .filter((type) => judge(`https://shop.example${path}`, type))
        .map((type) => `${type} ${path}`),
    );
  expect(judged((url, type) => stops(url, type).length > 0)).toEqual(judged(engineStops));
  expect(judged(engineStops).length).toBeGreaterThan(5);
});
