import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listening } from "../kit/listening.js";
import { isotherm } from "../kit/process.js";
import { scriptTag } from "../kit/script-tag.js";
import { startSystem } from "../kit/system.js";

test("isotherm doctor finds a system well that init and relay made, and records nothing there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
  let head = "";
  const site = await listening(
    createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.setHeader("content-security-policy", "default-src 'self'; require-trusted-types-for 'script'");
      response.end(`<!doctype html><html><head>${head}</head></html>`);
    }),
  );
  const system = await startSystem(folder, {
    behind: site.url,
    run: (part, env) => isotherm([part], folder, { ...env, ISOTHERM_RELAY_QUARANTINE_MAX_BYTES: "10000000" }),
  });
  onTestFinished(async () => {
    await system.stop();
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  });
  head = await scriptTag(system);
  const doctor = isotherm(["doctor", system.relay, "--json"], folder);
  const code = await doctor.ended;
  const { checks } = JSON.parse(doctor.output()) as { readonly checks: readonly { readonly state: string }[] };
  expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
  expect([code, checks.length]).toEqual([0, 14]);
  const ledger = (await (await fetch(system.ledger)).json()) as { readonly keys: object };
  expect(Object.values(ledger.keys).filter(({ received }: { received: number }) => received > 0)).toEqual([]);
  const quarantine = isotherm(["journal", "quarantine", "relay", "--json"], folder);
  expect([await quarantine.ended, quarantine.output()]).toEqual([0, expect.not.stringContaining("envelope_invalid")]);

  head = head.replace(system.intake, "/api/event");
  const faulty = isotherm(["doctor", system.relay], folder);
  expect(await faulty.ended).toBe(1);
  expect(faulty.output()).toMatch(
    /^fail {2}intake +\/api\/event answers 200, and not as a relay does\n {6}→ let your web/m,
  );
});
