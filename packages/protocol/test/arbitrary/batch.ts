import { type Batch, type Envelope, limits, type Page, uuidv7 } from "@isotherm/protocol";
import fc from "fast-check";
import { event, text } from "./event.js";

const id = text(limits.id, 1);
const time = fc.integer({ min: 0, max: limits.time });
const length = fc.integer({ min: 0, max: 40_000 });

const page: fc.Arbitrary<Page> = fc.record(
  {
    id,
    url: fc.webUrl({ withQueryParameters: true }),
    referrer: fc.webUrl(),
    title: text(limits.title),
    nav: fc.constantFrom(
      "load",
      "navigate",
      "reload",
      "back_forward",
      "prerender",
      "push",
      "replace",
      "traverse",
      "restore",
      "manual",
      "resume",
    ),
    vw: length,
    vh: length,
    dw: length,
    dh: length,
    sw: length,
    sh: length,
    dpr: fc.constantFrom(0, 0.25, 1, 1.100000023841858, 2, 3.5),
    lang: text(limits.language),
    tz: fc.constantFrom("Europe/Paris", "America/Argentina/ComodRivadavia"),
    touch: fc.boolean(),
    webdriver: fc.boolean(),
  },
  { requiredKeys: ["id", "url", "nav", "vw", "vh", "dw", "dh", "sw", "sh", "dpr"] },
);

/** A batch as an SDK of this version can build it. */
export const batch: fc.Arbitrary<Batch> = fc.record(
  {
    id: fc.integer({ min: 0, max: 2 ** 44 }).map((at) => uuidv7(at)),
    tab: id,
    seq: fc.nat(100_000),
    last: fc.boolean(),
    dropped: fc.record({ size: fc.nat(), quota: fc.nat(), before_send: fc.nat() }, { requiredKeys: [] }),
    at: time,
    visitor: id,
    user: id,
    session: id,
    reset: fc.integer({ min: 0, max: 2 ** 44 }).map((at) => uuidv7(at)),
    rate: fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true }),
    consent: fc.constantFrom("granted", "unset"),
    page,
    sdk: fc.constantFrom("1.0.0", "1.0.0-rc.1"),
    events: fc.array(event, { minLength: 1, maxLength: 20 }),
  },
  { requiredKeys: ["id", "tab", "seq", "at", "consent", "page", "sdk", "events"] },
);

/** An envelope as an SDK of this version can build it. */
export const envelope: fc.Arbitrary<Envelope> = fc.record(
  {
    v: fc.constant<1>(1),
    key: id,
    sentAt: time,
    batches: fc.array(batch, { minLength: 1, maxLength: 4 }),
    gone: fc.array(
      fc.record({ tab: id, seq: fc.nat(), n: fc.nat(), reason: fc.constantFrom("quota", "age", "rejected") }),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: ["v", "key", "batches"] },
);
