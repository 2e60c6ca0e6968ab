import type { ClickBox, Event, EventType, Properties } from "../event.js";
import { horizon, limits } from "../limits.js";
import {
  choice,
  decimal,
  flag,
  integer,
  list,
  literal,
  optional,
  pair,
  type RecordSchema,
  record,
  type Schema,
  text,
  trail,
} from "./schema.js";

type Of<T extends EventType> = Extract<Event, { readonly type: T }>;

// A clock that was set while the tab ran makes an offset negative or long; neither costs the batch.
const t = integer(-horizon.send, horizon.send);
// Overscroll and right-to-left documents have negative coordinates.
const pixel = integer(-limits.pixels, limits.pixels);
// Pixels, or milliseconds: a machine that slept in the middle of a trail makes a long step.
const step = integer(-horizon.send, horizon.send);
const duration = integer(0, horizon.send);
const count = integer(0, limits.count);
const share = integer(0, limits.fraction);
const anchor = text(limits.anchor);
const name = text(limits.name, 1);
const url = text(limits.url);
const prose = text(limits.message);
const bag: Schema<Properties> = { type: "object", maxProperties: limits.propertyKeys };

/** The scroll container that a press happened in. */
export const clickBoxSchema: RecordSchema<ClickBox> = record<ClickBox>({ el: anchor, x: pixel, y: pixel });

/** One schema per event type. */
export const eventSchemas: { readonly [T in EventType]: RecordSchema<Of<T>> } = {
  page: record<Of<"page">>({ type: literal("page"), t }),
  click: record<Of<"click">>({
    type: literal("click"),
    t,
    n: count,
    x: pixel,
    y: pixel,
    el: anchor,
    ex: share,
    ey: share,
    fixed: optional(flag),
    box: optional(clickBoxSchema),
    kb: optional(flag),
    rage: optional(flag),
    out: optional(url),
    file: optional(url),
    btn: optional(integer(0, limits.buttons)),
  }),
  dead: record<Of<"dead">>({ type: literal("dead"), t, of: count }),
  move: record<Of<"move">>({ type: literal("move"), t, path: trail([pixel, pixel], step, limits.path) }),
  scroll: record<Of<"scroll">>({
    type: literal("scroll"),
    t,
    path: trail([pixel], step, limits.path),
    max: integer(0, limits.depthMille),
    el: optional(anchor),
  }),
  attention: record<Of<"attention">>({
    type: literal("attention"),
    t,
    bands: list(pair(integer(0, limits.pixels), duration), { min: 0, max: limits.bands }),
    engaged: duration,
  }),
  input: record<Of<"input">>({
    type: literal("input"),
    t,
    el: anchor,
    act: choice<Of<"input">["act"]>({ focus: true, blur: true, change: true, submit: true }),
  }),
  keyboard: record<Of<"keyboard">>({
    type: literal("keyboard"),
    t,
    cat: choice<Of<"keyboard">["cat"]>({ navigation: true, editing: true, modifier: true, system: true, other: true }),
  }),
  custom: record<Of<"custom">>({
    type: literal("custom"),
    t,
    name,
    props: optional(bag),
    passive: optional(flag),
  }),
  goal: record<Of<"goal">>({
    type: literal("goal"),
    t,
    name,
    value: optional(decimal({})),
    currency: optional(text(limits.currency, limits.currency)),
  }),
  vital: record<Of<"vital">>({
    type: literal("vital"),
    t,
    name: choice<Of<"vital">["name"]>({ LCP: true, INP: true, CLS: true, FCP: true, TTFB: true }),
    value: decimal({ minimum: 0 }),
    rating: choice<Of<"vital">["rating"]>({ good: true, "needs-improvement": true, poor: true }),
  }),
  error: record<Of<"error">>({
    type: literal("error"),
    t,
    message: prose,
    source: optional(url),
    line: optional(count),
    col: optional(count),
    stack: optional(text(limits.stack)),
  }),
  identify: record<Of<"identify">>({ type: literal("identify"), t, traits: optional(bag) }),
  exposure: record<Of<"exposure">>({ type: literal("exposure"), t, experiment: name, variant: name }),
  snapshot: record<Of<"snapshot">>({ type: literal("snapshot"), t, ref: text(limits.id, 1) }),
};
