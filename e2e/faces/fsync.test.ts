import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { standIn } from "../../packages/relay/test/kit/stand-in.js";
import { behind, type Call, isWhole, readTrace } from "../durability/trace.js";
import { underStrace } from "../durability/under-strace.js";
import { root } from "../kit/process.js";
import { examples } from "./examples.js";

/** What is wrong with the answers to batches that were sent one after the other. */
function faultsOf(calls: readonly Call[], port: number, ids: readonly string[]): readonly string[] {
  const answers = calls.filter(
    (call) => call.args.slice(0, 400).includes('"HTTP/1.1 204') && behind(call).includes(`:${port}->`),
  );
  if (answers.length !== ids.length) return [`${answers.length} answers to ${ids.length} requests`];
  return ids.flatMap((id, index) => {
    const answer = answers[index] as Call;
    const write = calls.find((call) => /^p?write/.test(call.name) && isWhole(call) && call.args.includes(id));
    if (write === undefined || !behind(write).endsWith(".segment")) return [`${id} was written to no segment`];
    const isSync = ({ name, result }: Call): boolean => (name === "fdatasync" || name === "fsync") && result === 0;
    const sync = calls.find((call) => isSync(call) && behind(call) === behind(write) && call.begun > write.ended);
    return sync !== undefined && sync.ended < answer.begun ? [] : [`${id} was answered before it was synced`];
  });
}

const runtimes = ["bun", "deno"].map((name) => ({ name, ...examples[name] }));

describe.each(runtimes)("under $name", ({ name, command, args = [] }) => {
  test.runIf(command)("no 204 leaves before the fdatasync of its batch", () => prove(name, command ?? "", args));
});

async function prove(name: string, command: string, args: readonly string[]): Promise<void> {
  const collector = await standIn();
  const data = realpathSync(mkdtempSync(join(tmpdir(), `isotherm-${name}-`)));
  const { url, keyId, secrets } = collector;
  const env = { PORT: "0", DATA: data, COLLECTOR_URL: url, RELAY_KEY_ID: keyId, RELAY_SECRET: secrets[0] ?? "" };
  const trace = join(data, "trace");
  const running = underStrace(trace, args, join(root, "examples", name), env, command);
  onTestFinished(() => rmSync(data, { recursive: true }));
  const [, port] = await running.says(/listening on (\d+)/);
  const batches = Array.from({ length: 20 }, (_, seq) => batchOf({ at: Date.now(), seq }));
  for (const batch of batches) {
    const answer = await fetch(`http://127.0.0.1:${port}/f3k9q2w7`, {
      method: "POST",
      headers: { origin: "https://shop.example" },
      body: JSON.stringify(envelopeOf({ batches: [batch] })),
    });
    expect(answer.status).toBe(204);
  }
  await running.stop();
  const ids = batches.map(({ id }) => id);
  const calls = readTrace(trace);
  expect(faultsOf(calls, Number(port), ids)).toEqual([]);
  // The same judge finds all of them at fault where the syncs are not seen.
  const blind = calls.filter((call) => !call.name.endsWith("sync"));
  expect(faultsOf(blind, Number(port), ids)).toHaveLength(ids.length);
}
