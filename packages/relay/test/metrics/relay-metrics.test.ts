import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { expect, test } from "vitest";
import { backend } from "../kit/backend.js";
import { intakePath, relayOptions } from "../kit/relay.js";
import { startServer } from "../kit/server.js";
import { standIn } from "../kit/stand-in.js";

test("Prometheus is told of every target and pass-through, each number with what it means", async () => {
  const collector = await standIn();
  const [hook, plausible] = await Promise.all([backend(), backend()]);
  hook.reply = (attempt) => (attempt === 1 ? "cut" : { status: 200 });
  plausible.reply = () => ({ status: 202 });
  const { targets } = await relayOptions(collector);
  const { url, metricsUrl, relay } = await startServer(collector, {
    targets: [...targets, { type: "otlp", name: "logs", url: hook.url }],
    passthrough: [{ name: "numbers", path: "/q7k2", to: plausible.url, preset: "plausible", journal: memoryJournal() }],
  });
  await fetch(url + intakePath, {
    method: "POST",
    body: JSON.stringify(envelopeOf({ key: collector.key, batches: [batchOf()] })),
  });
  await fetch(`${url}/q7k2/api/event`, { method: "POST", body: "{}" });
  expect(await relay.drained()).toBe(true);

  const text = await (await fetch(`${metricsUrl}`)).text();
  for (const line of [
    'target_batches_total{target="logs",outcome="forwarded",reason=""} 1',
    'target_batches_maybe_duplicate_total{target="logs"} 1',
    'target_batches_waiting{target="logs"} 0',
    'passthrough_received_total{passthrough="numbers",outcome="journaled",reason=""} 1',
    'passthrough_requests_total{passthrough="numbers",to="backend",outcome="forwarded",reason=""} 1',
    'passthrough_requests_waiting{passthrough="numbers",to="backend"} 0',
    'passthrough_state{passthrough="numbers",to="backend",state="running"} 1',
    'status{status="ok"} 1',
    'status{status="failing"} 0',
    "journal_dropped_records 0",
  ]) {
    expect(text).toContain(`isotherm_relay_${line}\n`);
  }
  const named = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  const explained = [...text.matchAll(/^# HELP (\S+) \S.{8,}/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(20);
  expect(explained).toEqual(named);
});
