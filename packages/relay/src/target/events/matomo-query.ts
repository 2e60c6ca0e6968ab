import { flatProperties } from "./flat-properties.js";
import { hash64 } from "./hash64.js";
import type { WebEvent } from "./web-event.js";

/** What a query needs to know beside the event. */
export interface MatomoNumbers {
  readonly siteId: number;
  readonly goals?: { readonly [name: string]: number };
  readonly dimensions?: { readonly [name: string]: number };
}

type Query = { readonly [name: string]: string | number };

/**
 * An event as Matomo's tracking API takes it (https://developer.matomo.org/api-reference/tracking-api); undefined where it
 * has no word for it: who a visitor is goes with every event.
 */
export function matomoQuery(web: WebEvent, numbers: MatomoNumbers): URLSearchParams | undefined {
  if (web.event.type === "identify") return undefined;
  const { page } = web.batch;
  const { edge } = web.batch;
  const query: Query = {
    idsite: numbers.siteId,
    rec: 1,
    apiv: 1,
    rand: web.id,
    _id: hash64(web.visitor),
    ...(web.user !== undefined && { uid: web.user }),
    url: page.url,
    ...(page.referrer !== undefined && { urlref: page.referrer }),
    res: `${page.sw}x${page.sh}`,
    pv_id: hash64(`${web.batch.tab} ${page.id}`).slice(0, 6),
    // The sender's clock was corrected, and it may have waited: in seconds, by UTC.
    cdt: Math.floor(web.at / 1_000),
    ...(web.address !== undefined && { cip: web.address }),
    ...(web.agent !== undefined && { ua: web.agent }),
    ...(edge.lang !== undefined && { lang: edge.lang }),
    ...saidOf(web, numbers),
    ...dimensionsOf(web, numbers),
  };
  return new URLSearchParams(Object.entries(query).map(([name, value]) => [name, `${value}`]));
}

function saidOf(web: WebEvent, { goals = {} }: MatomoNumbers): Query {
  const { event, name, properties, batch } = web;
  if (event.type === "page" && name === event.type) {
    return batch.page.title === undefined ? {} : { action_name: batch.page.title };
  }
  if (event.type === "goal") {
    const idgoal = goals[name];
    const { value } = event;
    if (idgoal === undefined) return eventOf("goal", name, { ...(value !== undefined && { e_v: value }) });
    return { ca: 1, idgoal, ...(value !== undefined && { revenue: value }) };
  }
  if (event.type === "click" && event.file !== undefined) return { ca: 1, url: event.file, download: event.file };
  if (event.type === "click" && event.out !== undefined) return { ca: 1, url: event.out, link: event.out };
  if (event.type === "click") return eventOf("click", name, { e_n: event.el });
  if (event.type === "vital") return eventOf("vital", event.name, { e_n: event.rating, e_v: event.value });
  if (event.type === "error") {
    return eventOf("error", event.message, event.source === undefined ? {} : { e_n: event.source });
  }
  const { value } = properties;
  return eventOf(event.type, name, { ...(typeof value === "number" && { e_v: value }) });
}

/** An event of Matomo: it has a category, an action, and maybe a name and a value. Neither of the first two may be empty. */
const eventOf = (category: string, action: string, more: Query): Query => ({
  ca: 1,
  e_c: category,
  e_a: action.trim() === "" ? category : action,
  ...more,
});

function dimensionsOf({ properties }: WebEvent, { dimensions = {} }: MatomoNumbers): Query {
  return Object.fromEntries(
    Object.entries(flatProperties(properties)).flatMap(([name, value]) => {
      const number = dimensions[name];
      return number === undefined ? [] : [[`dimension${number}`, `${value}`]];
    }),
  );
}
