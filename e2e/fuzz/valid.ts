import { type Batch, type Envelope, type Gone, type SealedBatch, uuidv7 } from "@isotherm/protocol";
import { batchOf, edgeOf, fixtures, pageOf } from "@isotherm/protocol/fixtures";
import type { Random } from "./random.js";

/** What a valid request is made for. */
export interface Visit {
  readonly key: string;
  /** The page's origin, one that the site lists. */
  readonly origin: string;
  readonly now: number;
}

const kinds = Object.values(fixtures);

/** A batch as the browser of one of many visitors could send it, with some of every optional field and event. */
export function validBatch({ origin, now }: Visit, random: Random): Batch {
  const at = now - random.below(3_600_000);
  const id = uuidv7(now, random.bytes(10));
  const who = random.below(2_000);
  return batchOf({
    id,
    tab: `tab-${who}`,
    seq: random.below(1_000),
    at,
    page: pageOf({
      id: `page-${who}-${random.below(3)}`,
      url: `${origin}/p${random.below(20)}?utm_source=s${random.below(5)}`,
    }),
    events: [fixtures.page, ...Array.from({ length: random.below(6) }, () => random.pick(kinds))],
    ...(random.chance(0.1) && { last: true }),
    ...(random.chance(0.1) && { dropped: { size: random.below(5) } }),
    ...(random.chance(0.3) && { visitor: `v${who}`, session: `s${who}` }),
    ...(random.chance(0.1) && { visitor: `v${who}`, user: `u${who}` }),
    ...(random.chance(0.1) && { rate: 0.5 }),
  });
}

/** An envelope as a browser could send it. */
export function validEnvelope(visit: Visit, random: Random): Envelope {
  const gone: Gone[] = random.chance(0.2) ? [{ tab: "tab-1", seq: random.below(100), n: 3, reason: "quota" }] : [];
  return {
    v: 1,
    key: visit.key,
    ...(random.chance(0.9) && { sentAt: visit.now }),
    batches: Array.from({ length: 1 + random.below(3) }, () => validBatch(visit, random)),
    ...(gone.length > 0 && { gone }),
  };
}

/** The same as a relay forwards it. */
export function sealedEnvelope(visit: Visit, random: Random): Envelope {
  const { sentAt: _sentAt, ...envelope } = validEnvelope(visit, random);
  const edge = () =>
    edgeOf({
      at: visit.now - random.below(60_000),
      visitor: `d${random.below(2_000)}`,
      host: new URL(visit.origin).host,
    });
  return { ...envelope, batches: envelope.batches.map((batch): SealedBatch => ({ ...batch, edge: edge() })) };
}
