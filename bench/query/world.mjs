import { chance, mix, weighted } from "./chance.mjs";

/** The site that everybody visits. */
export const site = {
  id: "bench",
  name: "Bench",
  group: "bench",
  timeZone: "Europe/Berlin",
  origins: ["https://bench.example"],
  privacy: { gpc: "strip", dnt: "ignore" },
  demo: false,
  createdAt: Date.UTC(2026, 0, 1),
};

/** The page that about three in ten page views are of. */
export const hotPage = "/";

const sections = ["pricing", "features", "docs", "about", "contact", "signup", "login", "changelog"];
const paths = [
  hotPage,
  ...sections.map((name) => `/${name}`),
  ...Array.from({ length: 40 }, (_, n) => `/docs/chapter-${n + 1}`),
  ...Array.from({ length: 150 }, (_, n) => `/blog/post-${n + 1}`),
];

/** What can be pressed on a page; places are in thousandths of its width, and in pixels from its top. */
function elementsOf(page, height) {
  const random = chance(mix(17, page));
  return Array.from({ length: 40 }, (_, n) => {
    const fixed = n < 3;
    const role = n % 3 === 0 ? "button" : "link";
    const tag = role === "button" ? "button" : "a";
    const place = fixed ? "header.top>nav" : `main>section:nth-of-type(${(n % 7) + 1})>div.row`;
    return {
      weight: 1 / (n + 2),
      fixed,
      el: `${place}>${tag}:nth-of-type(${n + 1}) ${tag}|Page ${page} ${role} ${n + 1}|${role}`,
      left: random.whole(20, 800),
      top: fixed ? 12 : random.whole(80, height - 80),
      width: random.whole(60, 180),
      height: random.whole(24, 64),
      out: n === 21 ? "https://elsewhere.example/partner" : undefined,
    };
  });
}

const pages = paths.map((path, n) => {
  const height = n === 0 ? 4_800 : 1_600 + ((n * 397) % 5_200);
  const elements = elementsOf(n, height);
  return {
    path,
    title: n === 0 ? "Bench, measured" : `Page ${path.slice(1)}`,
    height,
    // The first page aside, popularity falls off as it does on most sites.
    weight: n === 0 ? 0 : 1 / (n + 6),
    pickElement: weighted(elements),
  };
});

const [hot, ...others] = pages;
const pickOther = weighted(others);

/** Where a visit goes next. */
export function pickPage(random, first) {
  return random.yes(first ? 0.42 : 0.25) ? hot : pickOther(random);
}

const chrome = (system) =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36`;
const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const devices = [
  { weight: 18, ua: chrome("Windows NT 10.0; Win64; x64"), vw: 1_536, vh: 730, sw: 1_536, sh: 864, dpr: 1.25 },
  { weight: 14, ua: chrome("Windows NT 10.0; Win64; x64"), vw: 1_903, vh: 947, sw: 1_920, sh: 1_080, dpr: 1 },
  { weight: 12, ua: chrome("Macintosh; Intel Mac OS X 10_15_7"), vw: 1_440, vh: 789, sw: 1_440, sh: 900, dpr: 2 },
  { weight: 6, ua: chrome("X11; Linux x86_64"), vw: 1_366, vh: 657, sw: 1_366, sh: 768, dpr: 1 },
  {
    weight: 5,
    ua: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    ...{ vw: 1_280, vh: 671, sw: 1_280, sh: 800, dpr: 1 },
  },
  { weight: 24, ua: iphone, vw: 390, vh: 664, sw: 390, sh: 844, dpr: 3, touch: true },
  {
    weight: 17,
    ua: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    ...{ vw: 412, vh: 732, sw: 412, sh: 915, dpr: 2.625, touch: true },
  },
  {
    weight: 4,
    ua: "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    ...{ vw: 820, vh: 1_106, sw: 820, sh: 1_180, dpr: 2, touch: true },
  },
];
const crawler = {
  ua: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  ...{ vw: 1_280, vh: 900, sw: 1_280, sh: 900, dpr: 1 },
};
const countries = [
  ["DE", "de-DE", 34],
  ["US", "en-US", 18],
  ["GB", "en-GB", 11],
  ["FR", "fr-FR", 9],
  ["AT", "de-AT", 7],
  ["CH", "de-CH", 6],
  ["NL", "nl-NL", 5],
  ["ES", "es-ES", 4],
  ["PL", "pl-PL", 3],
  ["BR", "pt-BR", 2],
  ["JP", "ja-JP", 1],
].map(([country, language, weight]) => ({ country, language, weight }));

/** Where a visit comes from; `source` is set where the batch says it in so many words. */
const sources = [
  { weight: 36, search: "", referrer: "" },
  { weight: 30, search: "", referrer: "https://www.google.com/" },
  { weight: 6, search: "", referrer: "https://www.bing.com/" },
  { weight: 9, search: "?utm_source=newsletter&utm_medium=email&utm_campaign=november", source: "newsletter" },
  { weight: 8, search: "?utm_source=google&utm_medium=cpc&utm_campaign=brand&utm_term=bench" },
  { weight: 6, search: "", referrer: "https://news.ycombinator.com/" },
  { weight: 5, search: "", referrer: "https://partner.example/list" },
].map((source) => ({ referrer: "", ...source }));

const pickDevice = weighted(devices);
const pickCountry = weighted(countries);
/** How a visit begins. */
export const pickSource = weighted(sources);

/** Somebody: the same number is the same person with the same device. */
export function personOf(seed, number) {
  const random = chance(mix(seed, 3, number));
  const stored = random.yes(0.35);
  return {
    number,
    device: pickDevice(random),
    ...pickCountry(random),
    /** Agreed to be known again. */
    visitor: stored ? `v-${seed}-${number.toString(36)}` : undefined,
    user: stored && random.yes(0.2) ? `user-${number}` : undefined,
  };
}

/** A machine. */
export function machineOf(seed, number) {
  return { ...personOf(seed, number), device: crawler, visitor: undefined, user: undefined };
}
