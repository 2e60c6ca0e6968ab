import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uuidv7 } from "@isotherm/protocol";
import { sealedBatchOf, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { messageId, sign } from "@isotherm/protocol/signature";
import { afterAll, beforeAll, expect, test } from "vitest";
import { balancedLedger } from "../kit/ledger.js";
import { type Load, load } from "../kit/load.js";
import { isotherm } from "../kit/process.js";
import { storedIds } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-rotation-"));
const secrets: string[] = [];
let output = "";
let system: System;
let sent: Load;

beforeAll(async () => {
  system = await startSystem(folder, {
    run: (part, env) => {
      const newest = secrets.at(-1);
      return isotherm([part], folder, { ...env, ...(newest && { ISOTHERM_RELAY_COLLECTOR_SECRETS: newest }) });
    },
  });
  secrets.push(system.credential.secret);
  sent = load({ url: `${system.relay}${system.intake}`, key: system.publicKey, origin: system.relay });
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function keys(...args: string[]): Promise<string> {
  const command = isotherm(["keys", ...args], folder);
  if ((await command.ended) !== 0) throw new Error(command.output());
  return command.output();
}

/** Whether the collector takes a batch that is signed with a secret of the relay's. */
async function isBelieved(secret: string): Promise<boolean> {
  const batch = sealedBatchOf({ id: uuidv7() });
  const body = JSON.stringify(sealedEnvelopeOf({ key: system.publicKey, batches: [batch] }));
  const timestamp = Math.floor(Date.now() / 1_000);
  const headers = await sign({ id: await messageId([batch.id]), timestamp, body, secrets: [secret] });
  const url = `${system.collector}/v1/batches`;
  const own = { "content-type": "application/json", "relay-key-id": system.credential.keyId };
  const answer = await fetch(url, { method: "POST", body, headers: { ...headers, ...own } });
  await answer.arrayBuffer();
  return answer.ok;
}

/** Attempts of the relay that runs now which the collector refused, whatever the reason. */
async function refusals(): Promise<readonly string[]> {
  const metrics = await (await fetch(system.ledger.replace("/ledger", "/metrics"))).text();
  return metrics.split("\n").filter((line) => /attempt_seconds_count\{.*outcome="(?!ok|partial)/.test(line));
}

async function rotate(...flags: string[]): Promise<void> {
  const [old] = secrets.slice(-1);
  const [, fresh = ""] = /SECRETS=(\S+)/.exec(await keys("rotate", system.credential.keyId, ...flags)) ?? [];
  secrets.push(fresh);
  await sent.goesOn(20);
  expect(await refusals()).toEqual([]);
  output += system.process("relay").output();
  await system.process("relay").stop("SIGTERM");
  await system.start("relay");
  await sent.goesOn(20);
  await keys("rotate", system.credential.keyId, "--done");
  await until("the old secret to be refused", async () => ((await isBelieved(old ?? "")) ? null : true));
  await sent.goesOn(20);
  expect(await isBelieved(fresh)).toBe(true);
  expect(await refusals()).toEqual([]);
}

test("a relay's secret is rotated under load, to Ed25519 and back, and no batch is refused", async () => {
  await rotate("--ed25519");
  await rotate();
  await sent.finish();
  const ids = sent.acknowledged.map(({ id }) => id);
  await until("everything to be stored", async () => {
    const stored = new Set(storedIds(folder));
    return ids.every((id) => stored.has(id)) ? true : null;
  });
  const ledger = await balancedLedger(system.ledger);
  expect(ledger.targets.isotherm).toMatchObject({ forwarded: ids.length, dead: 0, waiting: 0 });
});

test("no secret is in a log, in the relay's folder, or in what keys list prints", async () => {
  output += `${system.process("relay").output()}${system.process("collector").output()}${await keys("list")}`;
  expect(secrets).toHaveLength(3);
  for (const secret of secrets) expect(output).not.toContain(secret.slice(6));
  const config = readFileSync(join(folder, "isotherm.config.json"), "utf8");
  for (const secret of secrets) expect(config).not.toContain(secret.slice(6));
});
