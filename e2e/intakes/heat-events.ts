const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
/** Another visitor's: who identified once is known by that name in later visits too. */
const otherAgent = agent.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64");
export const hour = 3_600_000;
/** When the first visit began. */
export const begun = Date.now() - 5 * hour;

/** An event with the fields, and their order, of heat-sdk 0.2.6. */
const event = (session: string, after: number, own: { readonly type: string; readonly [field: string]: unknown }) => ({
  eventId: crypto.randomUUID(),
  sessionId: session,
  ts: begun + after,
  path: "/pricing?plan=a#top",
  viewport: { w: 1280, h: 720, dpr: 2 },
  device: { ua: session === "s-1" ? agent : otherAgent, platform: "Linux x86_64", language: "en-US" },
  meta: { viewportBucket: "1300x700" },
  ...own,
});

/** A request of heat-sdk's with these events of a session. */
export const payload = (session: string, events: readonly ReturnType<typeof event>[], own: object = {}) => ({
  sdk: { name: "@m-software-engineering/heat-sdk", version: "0.2.6" },
  app: { name: "shop", version: "3", env: "test" },
  session: { id: session, startedAt: events[0]?.ts, lastSeenAt: events.at(-1)?.ts },
  ...own,
  events,
});

const move = {
  type: "move",
  points: [0, 1, 2].map((n) => ({ x: 100 + n * 40.4, y: 300 + n * 500, tsOffset: n * 20 })),
};
/** A visit of a user's, with an event of every type, and another visitor's two hours later. */
export const first = [
  event("s-1", 0, { type: "pageview", to: "/pricing?plan=a#top" }),
  event("s-1", 1_000, { type: "click", x: 120.4, y: 340.6, selector: "button#buy", button: 0 }),
  event("s-1", 2_000, { type: "click", x: 120.4, y: 340.6, selector: "button#buy", button: 0 }),
  event("s-1", 3_000, move),
  event("s-1", 4_000, { type: "scroll", scrollY: 1_140, scrollDepthPct: 50 }),
  event("s-1", 5_000, { type: "custom", name: "signup", props: { plan: "pro" } }),
  event("s-1", 6_000, {
    type: "input",
    action: "change",
    selector: "#q",
    inputType: "search",
    length: 3,
    masked: "***",
  }),
  event("s-1", 7_000, { type: "keyboard", category: "navigation" }),
];
export const second = [
  event("s-2", 2 * hour, { type: "pageview", to: "/checkout", path: "/checkout", from: "/pricing" }),
  event("s-2", 2 * hour + 500, { type: "click", x: 900, y: 40, path: "/checkout" }),
];
