import type { Event, FunnelStep } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { historySteps, wholeRange } from "../../dump.js";
import { histories, historyPages } from "../../history.js";
import { type Happening, pageOf, type ReferenceHistory, referenceHistories } from "../../reference.js";
import { localDay, referencePeople } from "../../reference-people.js";
import { shareOf } from "../../share.js";
import { bench } from "../../sqlite/bench.js";

const day = 86_400_000;
const query = { site: "shop", range: wholeRange, filters: [], now: Date.UTC(2026, 11, 24, 12) };
const list = { ...query, search: "", limit: 1_000, cursor: null };

type Named = readonly (readonly [key: string, at: number])[];

/** Occurrences by key, counted the slow way. */
function occurrences(all: readonly ReferenceHistory[], keysOf: (history: ReferenceHistory) => Named): object {
  const people = referencePeople(all);
  const found: { [key: string]: { count: number; visits: Set<object>; visitors: Set<string> } } = {};
  for (const history of all) {
    for (const [key] of keysOf(history)) {
      found[key] ??= { count: 0, visits: new Set(), visitors: new Set() };
      found[key].count++;
      found[key].visits.add(history);
      found[key].visitors.add(people.get(history) as string);
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([key, { count, visits, visitors }]) => [
      key,
      { count, visits: visits.size, visitors: visitors.size },
    ]),
  );
}

const named =
  (type: Event["type"], nameOf: (event: never) => readonly string[]) =>
  (history: ReferenceHistory): Named =>
    history.all.flatMap(({ event, at }) =>
      event.type === type ? nameOf(event as never).map((name): readonly [string, number] => [name, at]) : [],
    );

const byKey = (
  rows: readonly { readonly count: number; readonly visits: number; readonly visitors: number }[],
  keyOf: (row: never) => string,
): object =>
  Object.fromEntries(
    rows.map((row) => [keyOf(row as never), { count: row.count, visits: row.visits, visitors: row.visitors }]),
  );

const isView = ({ event, batch }: Happening): boolean => event.type === "page" && batch.page.nav !== "resume";

function fitsStep({ event, batch }: Happening, [type, name]: FunnelStep, view: boolean): boolean {
  if (type === "page") {
    const page = pageOf(batch);
    return view && (name.endsWith("*") ? page.startsWith(name.slice(0, -1)) : page === name);
  }
  return event.type === (type === "event" ? "custom" : "goal") && (event as { readonly name: string }).name === name;
}

/** Every way through the steps is tried. */
function taken(hits: readonly Happening[], steps: readonly FunnelStep[], window: number): number {
  const go = (step: number, from: number, begun: number): number => {
    let most = step;
    for (let i = from; i < hits.length && step < steps.length; i++) {
      const hit = hits[i] as Happening;
      if (step > 0 && hit.at - begun > window) break;
      if (fitsStep(hit, steps[step] as FunnelStep, isView(hit)))
        most = Math.max(most, go(step + 1, i + 1, step === 0 ? hit.at : begun));
    }
    return most;
  };
  return go(0, 0, 0);
}

describe("what visitors did in a random history", { timeout: 300_000 }, () => {
  const holds = (check: (store: ReturnType<typeof bench>, all: readonly ReferenceHistory[]) => void): void => {
    fc.assert(
      fc.property(histories, (batches) => {
        using store = bench();
        store.project(batches);
        check(store, referenceHistories(batches));
      }),
      { numRuns: shareOf(30) },
    );
  };

  test("is counted by event, property, goal and error as the events themselves say", () => {
    holds((store, all) => {
      for (const type of ["custom", "goal"] as const) {
        const { rows, total } = store.read.events({ ...list, type, sort: "count" });
        expect(byKey(rows, ({ name }: { name: string }) => name)).toEqual(
          occurrences(
            all,
            named(type, ({ name }: { name: string }) => [name]),
          ),
        );
        expect(total).toBe(rows.length);
      }
      const values =
        (key: string) =>
        ({ props }: { props?: { [key: string]: unknown } }): readonly string[] => [
          ...new Set([props?.[key] ?? []].flat().map(String)),
        ];
      for (const key of ["plan", "tags", "seats"]) {
        const { rows } = store.read.properties({ ...list, event: null, key, sort: "count" });
        const value = ({ value: text }: { value: string }): string => text;
        expect(byKey(rows, value)).toEqual(occurrences(all, named("custom", values(key))));
        const one = store.read.properties({ ...list, event: "event-2", key, sort: "count" });
        const ofOne = (event: { name: string; props?: { [key: string]: unknown } }): readonly string[] =>
          event.name === "event-2" ? values(key)(event) : [];
        expect(byKey(one.rows, value)).toEqual(occurrences(all, named("custom", ofOne)));
      }
      const keys = store.read.properties({ ...list, event: null, key: null, sort: "count" });
      expect(byKey(keys.rows, ({ value }: { value: string }) => value)).toEqual(
        occurrences(
          all,
          named("custom", ({ props }: { props?: object }) => Object.keys(props ?? {})),
        ),
      );
      const errors = store.read.errors({ ...list, sort: "count" });
      const faults = named("error", ({ message }: { message: string }) => [message]);
      expect(byKey(errors.rows, ({ message }: { message: string }) => message)).toEqual(occurrences(all, faults));
      for (const { message, first, last, pages } of errors.rows) {
        const met = all.flatMap((history) =>
          history.all.filter(({ event }) => event.type === "error" && event.message === message),
        );
        expect([first, last]).toEqual([Math.min(...met.map(({ at }) => at)), Math.max(...met.map(({ at }) => at))]);
        expect(pages).toBe(new Set(met.map(({ batch }) => pageOf(batch))).size);
      }
      const people = referencePeople(all);
      const visitors = new Set(people.values()).size;
      const goals = store.read.goals({ ...list, sort: "conversions" });
      expect(goals.visitors).toBe(visitors);
      for (const goal of goals.rows) {
        const met = all.flatMap((history) =>
          history.all.flatMap(({ event }) =>
            event.type === "goal" && event.name === goal.name ? [{ event, history }] : [],
          ),
        );
        expect(goal.conversions).toBe(met.length);
        expect(goal.visitors).toBe(new Set(met.map(({ history }) => people.get(history))).size);
        expect(goal.rate).toBeCloseTo(goal.visitors / visitors);
        for (const currency of ["EUR", "USD"]) {
          const paid = met.filter(({ event }) => event.currency === currency);
          const sum = paid.reduce((total, { event }) => total + (event.value ?? 0), 0);
          expect(goal.revenue.find((one) => one.currency === currency)?.value).toBe(
            paid.length === 0 ? undefined : sum,
          );
        }
      }
    });
  });

  test("is followed through funnels as trying every way through them finds", () => {
    const funnels: readonly (readonly [steps: readonly FunnelStep[], window: number])[] = [
      [historySteps, 1],
      [historySteps, 7],
      [
        [
          ["page", "/"],
          ["page", "/"],
        ],
        1,
      ],
      [
        [
          ["page", "/docs*"],
          ["event", "event-2"],
        ],
        2,
      ],
    ];
    holds((store, all) => {
      const people = referencePeople(all);
      for (const [steps, window] of funnels) {
        const reached = steps.map(() => 0);
        for (const who of new Set(people.values())) {
          const hits = all.filter((history) => people.get(history) === who).flatMap((history) => history.all);
          const most = taken(
            hits.toSorted((a, b) => a.at - b.at),
            steps,
            window * day,
          );
          for (let step = 0; step < most; step++) reached[step] = (reached[step] as number) + 1;
        }
        const answer = store.read.funnel({ ...query, steps, window });
        expect(answer.steps.map(({ visitors }) => visitors)).toEqual(reached);
        expect(answer.steps.map(({ ofFirst }) => ofFirst)).toEqual(
          reached.map((n) => (reached[0] ? n / reached[0] : 0)),
        );
      }
    });
  });

  test("leads from page to page as their order in each visit says", () => {
    holds((store, all) => {
      for (const page of historyPages) {
        const next: { [page: string]: number } = {};
        const previous: { [page: string]: number } = {};
        let views = 0;
        for (const history of all) {
          const seen = history.all.filter(isView).map(({ batch }) => pageOf(batch));
          const path = seen.filter((one, n) => one !== seen[n - 1]);
          for (const [n, one] of path.entries()) {
            if (one !== page) continue;
            views++;
            const [after, before] = [path[n + 1] ?? "end", path[n - 1] ?? "begin"];
            next[after] = (next[after] ?? 0) + 1;
            previous[before] = (previous[before] ?? 0) + 1;
          }
        }
        const answer = store.read.journeys({ ...query, page, limit: 100 });
        expect(answer.views).toBe(views);
        expect(Object.fromEntries(answer.next.map((step) => [step.page ?? "end", step.count]))).toEqual(next);
        expect(Object.fromEntries(answer.previous.map((step) => [step.page ?? "begin", step.count]))).toEqual(previous);
      }
    });
  });

  test("is measured in vitals and forms as the events themselves say", () => {
    holds((store, all) => {
      const events = all.flatMap((history) => history.all);
      const vitals = store.read.vitals(list);
      for (const name of ["LCP", "CLS"]) {
        const values = events.flatMap(({ event }) =>
          event.type === "vital" && event.name === name ? [event.value] : [],
        );
        const found = vitals.metrics.find((metric) => metric.name === name);
        expect(found?.count ?? 0).toBe(values.length);
        if (!found) continue;
        const below = values.filter((value) => value <= found.p75).length / values.length;
        const under = values.filter((value) => value < found.p75).length / values.length;
        expect([below >= 0.75, under < 0.75, values.includes(found.p75)]).toEqual([true, true, true]);
        expect(found.good + found.needsImprovement + found.poor).toBe(values.length);
      }
      const forms = store.read.forms({ ...list, page: null });
      for (const page of historyPages) {
        const visits = all
          .map((history) =>
            history.all.flatMap(({ event, batch }) =>
              event.type === "input" && pageOf(batch) === page ? [event] : [],
            ),
          )
          .filter((inputs) => inputs.some(({ act }) => act !== "blur"));
        const sent = visits.filter((inputs) => inputs.some(({ act }) => act === "submit"));
        const row = forms.rows.find((one) => one.page === page);
        expect([row?.started ?? 0, row?.sent ?? 0]).toEqual([visits.length, sent.length]);
        const count = (n: number, element: string, counted: (inputs: (typeof visits)[number]) => boolean): void => {
          expect(n, element).toBe(visits.filter(counted).length);
        };
        for (const { anchor, entered, changed } of row?.fields ?? []) {
          count(entered, anchor, (inputs) =>
            inputs.some(({ el, act }) => el === anchor && (act === "focus" || act === "change")),
          );
          count(changed, anchor, (inputs) => inputs.some(({ el, act }) => el === anchor && act === "change"));
        }
        const left = row?.fields.reduce((sum, field) => sum + field.left, 0) ?? 0;
        const unsent = visits.filter((inputs) => !sent.includes(inputs));
        expect(left).toBe(unsent.length);
      }
    });
  });

  test("brings back those that were first seen on another day", () => {
    holds((store, all) => {
      const people = referencePeople(all);
      const lasting = [...new Set(people.values())].filter((who) => !who.startsWith("daily"));
      const answer = store.read.retention({ ...query, interval: "day" });
      expect([answer.visitors, answer.known]).toEqual([new Set(people.values()).size, lasting.length]);
      const firstDay = localDay(Date.parse(`${wholeRange.from}T12:00:00Z`));
      for (const [index, cohort] of answer.cohorts.entries()) {
        const seenOn = (who: string): readonly number[] =>
          all.filter((history) => people.get(history) === who).map(({ visit }) => localDay(visit.start) - firstDay);
        const members = lasting.filter((who) => Math.min(...seenOn(who)) === index);
        expect(cohort.visitors).toBe(members.length);
        expect(cohort.seen.map(({ visitors }) => visitors)).toEqual(
          cohort.seen.map((_, later) => members.filter((who) => seenOn(who).includes(index + later)).length),
        );
      }
    });
  });
});
