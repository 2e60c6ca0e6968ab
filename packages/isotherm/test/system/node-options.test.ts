import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { root } from "../process.js";

const said = (path: string, pattern: RegExp): string =>
  pattern.exec(readFileSync(`${root}examples/deploy/${path}`, "utf8"))?.[1] ?? `${path} says nothing of it`;

const serving = said("docker/Dockerfile", /ISOTHERM_COLLECTOR_HOST=\S+ NODE_OPTIONS="([^"]+)"/);
const relaying = said("docker/Dockerfile", /ISOTHERM_RELAY_HOST=\S+ NODE_OPTIONS="([^"]+)"/);
const unit = said("systemd/isotherm@.service", /^Environment="NODE_OPTIONS=(.+)"$/m);

describe("Node's options in the deployments", () => {
  test("are those that the figures in docs/benchmarks.md were measured with", async () => {
    const bench = (path: string): Promise<object> => import(`${root}bench/${path}`);
    const { collectorFlags } = (await bench("ingest/contenders.mjs")) as { readonly collectorFlags: string[] };
    const { relayFlags } = (await bench("relay/in-front-of-sink.mjs")) as { readonly relayFlags: string[] };
    expect([serving, unit]).toEqual([collectorFlags.join(" "), collectorFlags.join(" ")]);
    expect(relaying).toBe(relayFlags.join(" "));
  });

  test.each([serving, relaying, unit])("are taken by this Node: %s", (options) => {
    const environment = { ...process.env, NODE_OPTIONS: options };
    expect(execFileSync(process.execPath, ["--print", "1"], { env: environment, encoding: "utf8" })).toBe("1\n");
  });
});
