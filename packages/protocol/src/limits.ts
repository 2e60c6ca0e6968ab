/**
 * What one request, batch and event may hold. The SDK cuts by these, the schemas refuse by them; nothing else in the
 * repository repeats one of these numbers.
 */
export const limits = {
  /** Bytes of a request body after inflating. */
  requestBytes: 1_048_576,
  /** Batches in one envelope. */
  batches: 64,
  /** Discards reported in one envelope. */
  gone: 256,
  /** Bytes of one batch, as UTF-8 JSON. */
  batchBytes: 65_536,
  /** Bytes that a sealed batch may have on top of that, for its `edge`. */
  edgeBytes: 8_192,
  /** Bytes of UTF-8 at which the SDK freezes the open batch before adding an event. */
  batchSoftBytes: 40_960,
  /** Bytes of UTF-8 that a batch from the SDK never passes. */
  batchHardBytes: 57_344,
  /** Bytes of one request that is sent while the page ends, inside the 64 KiB that browsers share among those. */
  lastRequestBytes: 61_440,
  /** Events in one batch. */
  events: 1_000,
  /** Characters of a URL. */
  url: 2_048,
  /** Characters of a title. */
  title: 512,
  /** Characters of an id (batch, tab, visitor, user, session, page). */
  id: 128,
  /** Characters of an event's, goal's or experiment's name. */
  name: 128,
  /** Characters of an error's message. */
  message: 1_024,
  /** Characters of an error's stack. */
  stack: 4_096,
  /** Characters of a user agent. */
  agent: 512,
  /** Characters of a language or of an `Accept-Language` header. */
  language: 256,
  /** Characters of a host. */
  host: 255,
  /** Characters of a full or truncated address. */
  address: 64,
  /** Characters of an IANA time zone. */
  zone: 64,
  /** Characters of a currency: ISO 4217. */
  currency: 3,
  /** Characters of an element's anchors. */
  anchor: 512,
  /** Numbers in one trail. */
  path: 6_000,
  /** Bands in one `attention`. */
  bands: 2_000,
  /** A coordinate, distance or length in CSS pixels, in either direction: no browser lays out more. */
  pixels: 33_554_432,
  /** Device pixels per CSS pixel. */
  dpr: 100,
  /** A position inside an element's box: the far edge. */
  fraction: 32_767,
  /** A depth in per mille of the document's height: its end. */
  depthMille: 1_000,
  /** Number of the last mouse button. */
  buttons: 31,
  /** A counter: batches of a tab, clicks of a page view, lines of a file. */
  count: 4_294_967_295,
  /** A point in time in ms since 1970: the last that a Date can hold. */
  time: 8_640_000_000_000_000,
  /** Keys of a custom event's properties or a user's traits. */
  propertyKeys: 255,
  /** Bytes of a custom event's properties or a user's traits, as UTF-8 JSON. */
  propertyBytes: 32_768,
  /** Levels of nesting in a request body. */
  depth: 16,
  /** Unknown event types and fields that one batch may carry. */
  unknown: 1_000,
} as const;

/** The same of a page snapshot's upload: apart, as whoever takes one number of a record takes them all. */
export const snapshotLimits = {
  /** Bytes of the body, as sent. */
  bytes: 2_097_152,
  /** Bytes of it after inflating. */
  inflatedBytes: 8_388_608,
  /** Bytes of its first line. */
  headBytes: 8_192,
  /** Characters of a layout's version. */
  layout: 64,
  /** Levels of nesting in its tree: two for each element that stands in another. */
  depth: 1_100,
  /** Nodes of its tree. */
  nodes: 100_000,
} as const;

/** How long a batch stays worth sending, and how long its id is remembered, in milliseconds. */
export const horizon = {
  /** No sender keeps a batch longer: 14 days. */
  send: 1_209_600_000,
  /** Ids are remembered this long after receipt: 30 days. */
  remember: 2_592_000_000,
} as const;

/** A difference between the sender's clock and the server's below this many milliseconds is taken for latency. */
export const skewTolerance = 5_000;
