import { batchOf, envelopeOf, fixtures } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { backend } from "../kit/backend.js";
import { collectingStream } from "../kit/collecting-stream.js";
import { post, relayOptions, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

const address = "198.51.100.23";

test("targets get the same batches beside a collector, and only those that need it the whole address", async () => {
  const [collector, posthog, hook] = await Promise.all([standIn(), backend(), backend()]);
  posthog.reply = (attempt) => (attempt < 3 ? { status: 503 } : { status: 200, body: { status: "Ok" } });
  hook.reply = (attempt) => ({ status: attempt === 1 ? 401 : 204 });
  const { stream, lines, text } = collectingStream();
  const secret = newSecret();
  const { targets } = await relayOptions(collector);
  const relay = await startRelay(collector, {
    targets: [
      ...targets,
      { type: "posthog", url: posthog.url, apiKey: "phc_key", sendAddress: true },
      { type: "webhook", url: hook.url, secrets: [secret] },
      { type: "stdout", stream },
    ],
  });
  const batch = batchOf({ at: Date.now(), events: [fixtures.page, fixtures.goal] });
  await post(relay, envelopeOf({ batches: [batch], sentAt: Date.now() }), { address });
  expect(await relay.drained()).toBe(true);

  expect(collector.stored.has(batch.id)).toBe(true);
  expect(posthog.seen.at(-1)?.body).toContain(`"$ip":"${address}"`);
  expect(lines().map(({ name }) => name)).toEqual(["page", "purchase"]);
  const [, { body, headers } = { body: "", headers: {} }] = hook.seen;
  expect(new Webhook(secret).verify(body, headers)).toMatchObject({ site: "shop", data: { id: batch.id } });
  for (const said of [JSON.stringify(collector.stored.get(batch.id)), text(), body]) {
    expect(said).toContain("198.51.100.0");
    expect(said).not.toContain(address);
  }
  const settled = { journaled: 1, forwarded: 1, waiting: 0, dead: 0 };
  expect(await relay.ledger()).toMatchObject({
    balanced: true,
    targets: { isotherm: settled, posthog: settled, webhook: settled, stdout: settled },
  });
});
