import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type StandIn, standIn } from "../../packages/relay/test/kit/stand-in.js";
import { root, start } from "../kit/process.js";
import { examples } from "./examples.js";
import { expectFace } from "./expect-face.js";

/** Starts one before a stand-in of a collector, in an empty folder; it ends with the test. */
async function startExample(name: string, collector: StandIn): Promise<string> {
  const { command = "", args } = examples[name] ?? { args: [] };
  const data = mkdtempSync(join(tmpdir(), `isotherm-${name}-`));
  const { url, keyId, secrets } = collector;
  const env = { PORT: "0", DATA: data, COLLECTOR_URL: url, RELAY_KEY_ID: keyId, RELAY_SECRET: secrets[0] ?? "" };
  const running = start(command, args, join(root, "examples", name), env);
  onTestFinished(async () => {
    expect(await running.stop()).toBe(0);
    rmSync(data, { recursive: true });
  });
  const [, port] = await running.says(/listening on (\d+)/);
  return `http://127.0.0.1:${port}`;
}

describe.each(Object.keys(examples))("the example %s", (name) => {
  const isHere = examples[name]?.command !== undefined;
  test.runIf(isHere)("takes batches, through an outage of the collector, beside what the app does itself", async () => {
    const collector = await standIn();
    const url = await startExample(name, collector);
    await expectFace({ intake: `${url}/f3k9q2w7`, ip: "127.0.0.0", durable: true }, collector);
    // Page snapshots come below the intake's path.
    const upload = { method: "POST", headers: { "content-type": "text/plain;charset=UTF-8" }, body: "{}" };
    const answer = await fetch(`${url}/f3k9q2w7/${crypto.randomUUID()}`, upload);
    expect(await answer.json()).toMatchObject({ code: "snapshot_invalid" });
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ ready: true });
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ journal: { durability: "disk" } });
    expect(await (await fetch(url)).text()).toBe("the app's own page");
  });
});
