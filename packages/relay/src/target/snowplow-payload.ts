import type { Json, Properties } from "@isotherm/protocol";
import type { WebEvent } from "./events/web-event.js";

/** What a payload's writer has to know. */
export interface SnowplowWords {
  readonly appId?: string;
  readonly namespace?: string;
  readonly schemas?: { readonly [name: string]: string };
}

/** An event in the words of Snowplow's tracker protocol: all of its values are texts. */
export interface SnowplowPayload {
  readonly [parameter: string]: string;
}

const schemaForm = /^iglu:[\w.-]+\/[\w-]+\/jsonschema\/[1-9]\d*-\d+-\d+$/;
const uuidForm = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const own = "iglu:com.snowplowanalytics.snowplow";

/** Characters of a structured event's property, as wide as its column is (snowplow/snowplow, atomic-def.sql). */
const longestProperty = 1_000;

/** Whether a text names a schema in Iglu. */
export const isSchema = (value: unknown): value is string => typeof value === "string" && schemaForm.test(value);

/** Writes an event, without the time of sending. Parameters: Transform.scala of snowplow/enrich. */
export function snowplowPayload(web: WebEvent, words: SnowplowWords): SnowplowPayload {
  const { batch, id, at, visitor, session, user, address, agent, site } = web;
  const { page, sdk } = batch;
  return payloadOf({
    ...saidOf(web, words),
    eid: id,
    dtm: `${Math.round(at)}`,
    tv: `isotherm-${sdk}`,
    tna: words.namespace ?? "isotherm",
    aid: words.appId ?? site,
    p: "web",
    url: page.url,
    page: page.title,
    refr: page.referrer,
    res: sizeOf(page.sw, page.sh),
    vp: sizeOf(page.vw, page.vh),
    ds: sizeOf(page.dw, page.dh),
    lang: page.lang,
    tz: page.tz,
    duid: visitor,
    // Enrich refuses the event where this is no UUID.
    sid: uuidForm.test(session) ? session.toLowerCase() : undefined,
    uid: user,
    ip: address,
    ua: agent,
    cx: uuidForm.test(page.id) ? base64Of(contextsOf(page.id)) : undefined,
  });
}

type Draft = { readonly [parameter: string]: string | undefined };

function saidOf({ event, name, properties }: WebEvent, { schemas = {} }: SnowplowWords): Draft {
  const schema = schemas[name];
  if (schema !== undefined) return selfDescribing(schema, properties);
  switch (event.type) {
    case "page":
      return { e: "pv" };
    case "goal":
      return structured("goal", name, { se_pr: textOf(properties.currency), se_va: textOf(properties.value) });
    case "vital":
      return structured("vital", event.name, { se_pr: event.rating, se_va: textOf(event.value) });
    case "click":
      if (event.out === undefined) break;
      return selfDescribing(`${own}/link_click/jsonschema/1-0-1`, { targetUrl: event.out });
  }
  const text = JSON.stringify(properties);
  return structured(event.type, name, { se_pr: text === "{}" || text.length > longestProperty ? undefined : text });
}

const structured = (category: string, action: string, more: Draft): Draft => ({
  e: "se",
  se_ca: category,
  se_ac: action,
  ...more,
});

const selfDescribing = (schema: string, data: Properties): Draft => ({
  e: "ue",
  ue_px: base64Of({ schema: `${own}/unstruct_event/jsonschema/1-0-0`, data: { schema, data } }),
});

const contextsOf = (id: string): Json => ({
  schema: `${own}/contexts/jsonschema/1-0-0`,
  data: [{ schema: `${own}/web_page/jsonschema/1-0-0`, data: { id } }],
});

const payloadOf = (draft: Draft): SnowplowPayload =>
  Object.fromEntries(
    Object.entries(draft).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ""),
  );

const textOf = (value: Json | undefined): string | undefined => (value === undefined ? undefined : `${value}`);

const sizeOf = (width: number, height: number): string => `${Math.round(width)}x${Math.round(height)}`;

/** base64url without padding, as the trackers write it. */
function base64Of(value: Json): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
