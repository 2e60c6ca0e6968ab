import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { Backend } from "./backend.js";
import { heatBackend } from "./heat-sdk.js";
import { isothermBackend } from "./isotherm.js";
import { posthogBackend } from "./posthog.js";
import { openSink, type Sink } from "./sink.js";

/** What an SDK posted while `events` events were tracked whose names count on from `recorded 0`: bench/delivery/record.mjs. */
interface Recorded {
  readonly events: number;
  readonly posts: readonly {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Base64. */
    readonly body: string;
  }[];
}

const sdks = [
  { name: "isotherm", backend: isothermBackend, knowsAgain: true },
  { name: "posthog-js", backend: posthogBackend, knowsAgain: true },
  { name: "heat-sdk", backend: heatBackend, knowsAgain: false },
];

let sink: Sink | undefined;

afterEach(() => sink?.close());

async function opened(backend: Backend): Promise<Sink> {
  sink = await openSink(backend, "");
  return sink;
}

const recordedOf = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`recorded/${name}.json`, import.meta.url), "utf8"));

const post = (to: Sink, path: string, headers: Record<string, string>, body: Buffer | string): Promise<Response> =>
  fetch(`http://127.0.0.1:${to.port}${path}`, { method: "POST", headers, body: new Uint8Array(Buffer.from(body)) });

async function postAll(to: Sink, { posts }: Recorded): Promise<void> {
  for (const { path, headers, body } of posts)
    expect((await post(to, path, headers, Buffer.from(body, "base64"))).ok).toBe(true);
}

/** Each of the recorded events, as often as that. */
const each = ({ events }: Recorded, times: number): [string, number][] =>
  Array.from({ length: events }, (_, i) => [`recorded ${i}`, times]);

const tracked = (counts: Sink["copies"]): [string, number][] =>
  [...counts].filter(([name]) => name.startsWith("recorded ")).sort(([a], [b]) => numberOf(a) - numberOf(b));

const numberOf = (name: string): number => Number(name.split(" ")[1]);

describe.each(sdks)("what $name posts", ({ name, backend, knowsAgain }) => {
  test("is counted, each event once", async () => {
    const to = await opened(backend);
    const recorded = recordedOf(name);
    await postAll(to, recorded);
    expect(tracked(to.copies)).toEqual(each(recorded, 1));
    expect(tracked(to.stored)).toEqual(each(recorded, 1));
    expect(to.refused).toEqual([]);
  });

  test("is counted again when it comes again, and stored as its backend does", async () => {
    const to = await opened(backend);
    const recorded = recordedOf(name);
    await postAll(to, recorded);
    await postAll(to, recorded);
    expect(tracked(to.copies)).toEqual(each(recorded, 2));
    expect(tracked(to.stored)).toEqual(each(recorded, knowsAgain ? 1 : 2));
  });

  test("is refused, and said to be, where it cannot be read", async () => {
    const to = await opened(backend);
    const [{ path, headers } = { path: "", headers: {} }] = recordedOf(name).posts;
    expect((await post(to, path, headers, "{")).status).toBe(400);
    expect(to.refused).toHaveLength(1);
    expect([...to.copies]).toEqual([]);
  });
});

test("posthog-js's other two encodings are read too", () => {
  // What it falls back to where it cannot compress: encodePostData in its src/request.ts.
  const { posts } = recordedOf("posthog-js");
  const gzipped = Buffer.from(posts.at(-1)?.body ?? "", "base64");
  const json = gunzipSync(gzipped);
  const form = Buffer.from(`data=${encodeURIComponent(json.toString("base64"))}`);
  const read = (body: Buffer): unknown =>
    posthogBackend.read({ method: "POST", path: "/e/", query: new URLSearchParams(), headers: {}, body });
  expect(read(gzipped)).not.toEqual([]);
  expect(read(json)).toEqual(read(gzipped));
  expect(read(form)).toEqual(read(gzipped));
});

test("a page carries the SDK, and what the SDK asks for beside is answered", async () => {
  const to = await openSink(posthogBackend, "export {};");
  sink = to;
  const get = async (path: string): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${to.port}${path}`);
    return `${answer.status} ${await answer.text()}`;
  };
  const [, src] = /<script type="module" src="([^"]+)"/.exec(await get("/pricing/a")) ?? [];
  expect(await get(src ?? "")).toBe("200 export {};");
  expect(await get("/array/phc_bench/config")).toMatch(/^200 .*"\/i\/v0\/e\/"/);
  expect(await get("/static/recorder.js")).toBe("404 ");
});
