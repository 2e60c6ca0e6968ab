import type { Chance } from "./chance.js";

/** How somebody came. */
export interface Arrival {
  /** What the count of the generator calls it. */
  readonly name: string;
  readonly referrer?: string;
  /** Query of the first address. */
  readonly query?: string;
  /** Where they land, by weight. */
  readonly landing: readonly (readonly [path: string, weight: number])[];
  readonly weight: number;
  /** Share that looks at more than the first page. */
  readonly stays: number;
}

const anywhere = [
  ["/", 62],
  ["/pricing", 12],
  ["/docs", 9],
  ["/stories/a-winter-at-the-quay", 17],
] as const;
const story = [
  ["/stories/a-winter-at-the-quay", 85],
  ["/", 15],
] as const;
const guide = [
  ["/docs/berths", 35],
  ["/docs/guests", 25],
  ["/docs/invoices", 20],
  ["/docs", 20],
] as const;

const arrivals: readonly Arrival[] = [
  { name: "direct", landing: anywhere, weight: 27, stays: 0.6 },
  { name: "google", referrer: "https://www.google.com/", landing: anywhere, weight: 20, stays: 0.55 },
  { name: "google guide", referrer: "https://www.google.com/", landing: guide, weight: 8, stays: 0.42 },
  { name: "duckduckgo", referrer: "https://duckduckgo.com/", landing: anywhere, weight: 4, stays: 0.55 },
  { name: "bing", referrer: "https://www.bing.com/", landing: anywhere, weight: 4, stays: 0.5 },
  { name: "chatgpt", referrer: "https://chatgpt.com/", landing: guide, weight: 4, stays: 0.62 },
  {
    name: "newsletter",
    query: "utm_source=newsletter&utm_medium=email&utm_campaign=winter-diary",
    landing: story,
    weight: 9,
    stays: 0.5,
  },
  {
    name: "paid search",
    referrer: "https://www.google.com/",
    query: "utm_source=google&utm_medium=cpc&utm_campaign=berth-software&gclid=demo",
    landing: [
      ["/pricing", 70],
      ["/", 30],
    ],
    weight: 7,
    stays: 0.48,
  },
  { name: "instagram", referrer: "https://www.instagram.com/", landing: story, weight: 6, stays: 0.28 },
  { name: "facebook", referrer: "https://www.facebook.com/", landing: story, weight: 4, stays: 0.26 },
  {
    name: "forum",
    referrer: "https://forum.sailing.example/t/berth-software",
    landing: anywhere,
    weight: 4,
    stays: 0.64,
  },
  {
    name: "boat show",
    query: "utm_source=boat-show&utm_medium=qr&utm_campaign=hall-7",
    landing: [
      ["/", 80],
      ["/pricing", 20],
    ],
    weight: 3,
    stays: 0.66,
  },
];

/** How somebody comes, on a day when so much more of the newsletter is read. */
export function arrival(dice: Chance, newsletter: number): Arrival {
  return dice.weighted(arrivals, ({ name, weight }) => (name === "newsletter" ? weight * newsletter : weight));
}
