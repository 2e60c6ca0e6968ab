import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { post, startRelay } from "./kit/relay.js";
import { standIn } from "./kit/stand-in.js";
import { until } from "./kit/until.js";

describe("log", () => {
  test("is structured, and holds neither bodies nor addresses, whatever goes wrong", async () => {
    let written = "";
    const log = pino(
      {},
      {
        write(line: string) {
          written += line;
        },
      },
    );
    const collector = await standIn();
    const batch = batchOf({ visitor: "visitor-of-whom-nobody-speaks" });
    collector.next = (attempt) => (attempt === 1 ? { status: 401 } : attempt === 2 ? "cut" : "take");
    collector.reject.add(batch.id);
    const relay = await startRelay(collector, { log });
    const address = "198.51.100.23";
    for (const body of ["{ secret-body", "", { ...envelopeOf({ batches: [batch] }), key: "pk_secret" }])
      await post(relay, body, { address });
    for (let i = 0; i < 120; i++)
      await post(relay, envelopeOf({ batches: [i === 0 ? batch : batchOf()] }), { address });
    await relay.drained();
    await relay.close();
    const lines = written
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { level: number; msg: string });
    expect(lines.filter(({ msg }) => msg.includes("stopped"))).toMatchObject([{ level: 50, target: "isotherm" }]);
    expect(lines.some(({ msg }) => msg.includes("dead letters"))).toBe(true);
    expect(lines.at(-1)?.msg).toContain("closed");
    for (const secret of [address, "198.51.100", "secret", "nobody-speaks", ...collector.secrets])
      expect(written).not.toContain(secret);
  });

  test("says once that a target fails, not at each attempt", async () => {
    const warnings: string[] = [];
    const nothing = (): void => {};
    const warn = (_fields: object, message: string): void => void warnings.push(message);
    const collector = await standIn();
    collector.next = () => ({ status: 500 });
    const relay = await startRelay(collector, { log: { info: nothing, warn, error: nothing } });
    await post(relay, envelopeOf());
    await until(
      () => collector.envelopes.length,
      (count) => count >= 6,
    );
    expect(warnings.filter((line) => line.includes("does not take"))).toHaveLength(1);
  });
});
