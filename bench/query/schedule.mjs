import { localDay } from "@isotherm/protocol/seal";
import { chance, mix } from "./chance.mjs";
import { longestVisit, visitOf } from "./visit.mjs";
import { machineOf, personOf, site } from "./world.mjs";

/** The days that are filled, the last of them being 20 November 2026: one more than the longest period of the dashboard. */
export const dayCount = 31;
const lastDay = Date.UTC(2026, 10, 20);
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const eventsPerVisit = 50;

/** The day `n` days before the last, as `2026-11-20`. */
export function dayText(n) {
  return new Date(lastDay - n * dayMs).toISOString().slice(0, 10);
}

/** When the bench asks its questions: in the evening of the last day. */
export const askedAt = lastDay + 22.5 * hourMs;

/**
 * Batches in the order in which they arrive, with what the visits that begin meanwhile add to the totals. An hour of
 * visits is held at a time.
 *
 * @param {{ seed: number, events: number }} options
 * @returns {Generator<{ batches: object[], visits: { day: string, person: object, machine: boolean, facts: object }[] }>}
 */
export function* schedule({ seed, events }) {
  const visits = Math.round(events / eventsPerVisit);
  const shares = Array.from({ length: dayCount }, (_, n) => share(dayCount - 1 - n));
  const whole = shares.reduce((sum, one) => sum + one, 0);
  const pending = [];
  let people = 0;
  let number = 0;
  for (let n = dayCount - 1; n >= 0; n--) {
    const day = dayText(n);
    const random = chance(mix(seed, 1, n));
    const midnight = midnightOf(day);
    const count = Math.round((visits * shares[dayCount - 1 - n]) / whole);
    const starts = Array.from({ length: count }, () => midnight + startOf(random)).sort((a, b) => a - b);
    const today = new Set();
    const someone = () => {
      // Half of the visits are of people who were there before, each at most once a day.
      for (let tries = 0; people > 100 && tries < 4 && random.yes(0.75); tries++) {
        const known = random.whole(0, people - 1);
        if (!today.has(known)) return known;
      }
      return people++;
    };
    let next = 0;
    for (let hour = midnight; next < starts.length || pending.length > 0; hour += hourMs) {
      const begun = [];
      while (next < starts.length && starts[next] < hour + hourMs) {
        const machine = random.yes(0.01);
        const who = machine ? number : someone();
        if (!machine) today.add(who);
        const person = machine ? machineOf(seed, who) : personOf(seed, who);
        const { batches, facts } = visitOf(chance(mix(seed, 2, number)), { number, person, day, start: starts[next] });
        for (const batch of batches) pending.push(batch);
        begun.push({ day, person, machine, facts });
        number++;
        next++;
      }
      pending.sort((a, b) => a.edge.at - b.edge.at);
      const edge = pending.findIndex((batch) => batch.edge.at >= hour + hourMs);
      const arrived = edge < 0 ? pending.splice(0) : pending.splice(0, edge);
      yield { batches: arrived, visits: begun };
    }
  }
}

/** Fewer come at weekends. */
function share(daysAgo) {
  const weekday = new Date(lastDay - daysAgo * dayMs).getUTCDay();
  return weekday === 0 || weekday === 6 ? 0.65 : 1;
}

/** Milliseconds after midnight; most come in the afternoon, and all visits of a day are over before the next. */
function startOf(random) {
  const earliest = 0.6 * hourMs;
  const latest = 22.9 * hourMs - longestVisit;
  return Math.min(latest, Math.max(earliest, Math.round(random.about(14 * hourMs, 4.5 * hourMs))));
}

/** The first instant of a local day. */
function midnightOf(day) {
  const utc = Date.parse(day);
  for (let hours = -14; hours <= 12; hours++) {
    const at = utc + hours * hourMs;
    if (localDay(at, site.timeZone) === day && localDay(at - 1, site.timeZone) !== day) return at;
  }
  throw new Error(`${day} does not begin on an hour in ${site.timeZone}`);
}
