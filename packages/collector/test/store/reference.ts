import type { ClickEvent, Event, SealedBatch } from "@isotherm/protocol";

/** One visit as the definitions have it, worked out the slow way. */
export interface ReferenceVisit {
  readonly visitor: string;
  readonly user: string | null;
  readonly start: number;
  readonly end: number;
  readonly duration: number;
  readonly engaged: number;
  readonly pageViews: number;
  readonly clicks: number;
  readonly events: number;
  readonly bounce: boolean;
  readonly entry: string;
  readonly exit: string;
}

/** One event of a visit. */
export interface Happening {
  readonly at: number;
  readonly event: Event;
  readonly batch: SealedBatch;
}

const isActive = ({ event, batch }: Happening): boolean =>
  ["click", "input", "keyboard", "goal"].includes(event.type) ||
  (event.type === "custom" && !event.passive) ||
  (event.type === "page" && batch.page.nav !== "resume");

const visitorOf = (batch: SealedBatch): string => batch.visitor ?? batch.edge.visitor ?? batch.tab;
export const pageOf = (batch: SealedBatch): string => new URL(batch.page.url).pathname;
const viewOf = (batch: SealedBatch): string => `${batch.tab} ${batch.page.id}`;
const happenings = (batches: readonly SealedBatch[]): Happening[] =>
  batches
    .flatMap((batch) => batch.events.map((event) => ({ at: batch.at + event.t, event, batch })))
    .sort((a, b) => a.at - b.at);

/** People only; machines are on their own. */
export const peopleOf = (batches: readonly SealedBatch[]): readonly SealedBatch[] =>
  batches.filter((batch) => !batch.page.webdriver);

/** A visit with everything that happened in it, in order of time. */
export interface ReferenceHistory {
  readonly visit: ReferenceVisit;
  readonly all: readonly Happening[];
}

/** All visits of people, oldest first. */
export function referenceVisits(batches: readonly SealedBatch[]): readonly ReferenceVisit[] {
  return referenceHistories(batches).map(({ visit }) => visit);
}

export function referenceHistories(batches: readonly SealedBatch[]): readonly ReferenceHistory[] {
  const people = peopleOf(batches);
  const groups = components(people).map((members) => people.filter((batch) => members.has(visitorOf(batch))));
  const visits = groups.map(activeVisits);
  groups.forEach((group, own) => {
    const active = new Set(visits[own]?.flatMap((visit) => [...visit.batches]));
    for (const batch of group.filter((one) => !active.has(one))) {
      // What is no activity joins a visit of its page view: its own visitor's, and should that have none, anyone's.
      const seen = (all: readonly OpenVisit[]): readonly OpenVisit[] =>
        all.filter(({ views }) => views.has(viewOf(batch)));
      const mine = seen(visits[own] ?? []);
      const fitting = (mine.length > 0 ? mine : seen(visits.flat())).toSorted((a, b) => a.start - b.start);
      (fitting.findLast((visit) => visit.start <= batch.at) ?? fitting[0])?.batches.add(batch);
    }
  });
  return visits
    .flat()
    .map(closeVisit)
    .sort(({ visit: a }, { visit: b }) => a.start - b.start || (a.visitor < b.visitor ? -1 : 1));
}

interface OpenVisit {
  readonly start: number;
  end: number;
  readonly batches: Set<SealedBatch>;
  /** The page views that had activity in it. */
  readonly views: Set<string>;
}

/** Visitors that yesterday's hash joins. */
function components(batches: readonly SealedBatch[]): readonly ReadonlySet<string>[] {
  const groups = [...new Set(batches.map(visitorOf))].map((visitor) => new Set([visitor]));
  for (const batch of batches) {
    if (batch.visitor !== undefined || batch.edge.previous === undefined) continue;
    const [own, other] = [visitorOf(batch), batch.edge.previous].map((name) => groups.find((group) => group.has(name)));
    if (!own || !other || own === other) continue;
    for (const name of other) own.add(name);
    groups.splice(groups.indexOf(other), 1);
  }
  return groups;
}

function activeVisits(batches: readonly SealedBatch[]): readonly OpenVisit[] {
  const visits: OpenVisit[] = [];
  for (const { at, batch } of happenings(batches).filter(isActive)) {
    let open = visits.at(-1);
    if (!open || at - open.end > 30 * 60_000) {
      open = { start: at, end: at, batches: new Set(), views: new Set() };
      visits.push(open);
    }
    open.end = at;
    open.batches.add(batch);
    open.views.add(viewOf(batch));
  }
  return visits;
}

function closeVisit({ start, end, batches }: OpenVisit): ReferenceHistory {
  const all = happenings([...batches]);
  const moved = all.filter(isActive);
  const pages = all.filter(({ event, batch }) => event.type === "page" && batch.page.nav !== "resume");
  const breaking = all.some(({ event }) => event.type === "goal" || (event.type === "custom" && !event.passive));
  const bounce = pages.length === 1 && !breaking;
  const count = (test: (event: Event) => boolean): number => all.filter(({ event }) => test(event)).length;
  const [first] = moved as [Happening];
  const visit = {
    visitor: visitorOf(first.batch),
    user: all.findLast(({ batch }) => batch.user !== undefined)?.batch.user ?? null,
    start,
    end,
    duration: bounce ? 0 : end - start,
    engaged: all.reduce((sum, { event }) => sum + (event.type === "attention" ? event.engaged : 0), 0),
    pageViews: pages.length,
    clicks: count((event) => event.type === "click"),
    events: count((event) => event.type === "custom" || event.type === "goal"),
    bounce,
    entry: pageOf((pages[0] ?? first).batch),
    exit: pageOf((pages.at(-1) ?? moved.at(-1) ?? first).batch),
  };
  return { visit, all };
}

/** Clicks of one page as `anchor, fixed, cell in the element, cell on the page → count`, and the dead ones. */
export function referenceClicks(
  batches: readonly SealedBatch[],
  page: string,
): { readonly cells: ReadonlyMap<string, number>; readonly dead: number; readonly rage: number } {
  const people = peopleOf(batches);
  const dead = new Set(
    people.flatMap((batch) =>
      batch.events.flatMap((event) =>
        event.type === "dead" ? [`${visitorOf(batch)} ${viewOf(batch)} ${event.of}`] : [],
      ),
    ),
  );
  const cells = new Map<string, number>();
  let [deadCount, rage] = [0, 0];
  for (const batch of people.filter((one) => pageOf(one) === page)) {
    for (const click of batch.events.filter((event): event is ClickEvent => event.type === "click")) {
      const inside = `${Math.floor(click.ex / 512)},${Math.floor(click.ey / 512)}`;
      const outside = `${Math.floor((click.x / batch.page.dw) * 128)},${Math.floor(click.y / 16)}`;
      for (const key of [
        `in ${click.el} ${click.fixed === true} ${inside}`,
        `at ${click.el} ${click.fixed === true} ${outside}`,
      ]) {
        cells.set(key, (cells.get(key) ?? 0) + 1);
      }
      if (dead.has(`${visitorOf(batch)} ${viewOf(batch)} ${click.n}`)) deadCount++;
      if (click.rage) rage++;
    }
  }
  return { cells, dead: deadCount, rage };
}
