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

interface Happening {
  readonly at: number;
  readonly event: Event;
  readonly batch: SealedBatch;
}

const isActive = ({ event, batch }: Happening): boolean =>
  ["click", "input", "keyboard", "goal"].includes(event.type) ||
  (event.type === "custom" && !event.passive) ||
  (event.type === "page" && batch.page.nav !== "resume");

const visitorOf = (batch: SealedBatch): string => batch.visitor ?? batch.edge.visitor ?? batch.tab;
const pageOf = (batch: SealedBatch): string => new URL(batch.page.url).pathname;
const viewOf = (batch: SealedBatch): string => `${batch.tab} ${batch.page.id}`;
const happenings = (batches: readonly SealedBatch[]): Happening[] =>
  batches
    .flatMap((batch) => batch.events.map((event) => ({ at: batch.at + event.t, event, batch })))
    .sort((a, b) => a.at - b.at);

/** People only; machines are on their own. */
export const peopleOf = (batches: readonly SealedBatch[]): readonly SealedBatch[] =>
  batches.filter((batch) => !batch.page.webdriver);

/** All visits of people, oldest first. */
export function referenceVisits(batches: readonly SealedBatch[]): readonly ReferenceVisit[] {
  const people = peopleOf(batches);
  const groups = components(people).map((members) => people.filter((batch) => members.has(visitorOf(batch))));
  // What is no activity goes to whoever has activity on its page view, should its own visitor have none.
  const active = groups.map(
    (group) =>
      new Set(
        happenings(group)
          .filter(isActive)
          .map(({ batch }) => viewOf(batch)),
      ),
  );
  groups.forEach((group, own) => {
    for (const batch of [...group]) {
      const host = active.findIndex((views) => views.has(viewOf(batch)));
      if (active[own]?.has(viewOf(batch)) || host < 0) continue;
      group.splice(group.indexOf(batch), 1);
      groups[host]?.push(batch);
    }
  });
  return groups.flatMap(visitsOf).sort((a, b) => a.start - b.start || (a.visitor < b.visitor ? -1 : 1));
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

function visitsOf(batches: readonly SealedBatch[]): readonly ReferenceVisit[] {
  const visits: { start: number; end: number; batches: Set<SealedBatch> }[] = [];
  for (const happening of happenings(batches).filter(isActive)) {
    const open = visits.at(-1);
    if (!open || happening.at - open.end > 30 * 60_000) {
      visits.push({ start: happening.at, end: happening.at, batches: new Set([happening.batch]) });
    } else {
      open.end = happening.at;
      open.batches.add(happening.batch);
    }
  }
  const active = new Set(visits.flatMap((visit) => [...visit.batches]));
  const passive = batches.filter((batch) => !active.has(batch));
  const seen = visits.map((visit) => new Set([...visit.batches].map(viewOf)));
  for (const batch of passive) {
    const fitting = visits.filter((_visit, index) => seen[index]?.has(viewOf(batch)));
    const joined = fitting.filter((visit) => visit.start <= batch.at).at(-1) ?? fitting[0];
    joined?.batches.add(batch);
  }
  return visits.map(({ start, end, batches: own }) => {
    const all = happenings([...own]);
    const pages = all.filter(({ event, batch }) => event.type === "page" && batch.page.nav !== "resume");
    const breaking = all.some(({ event }) => event.type === "goal" || (event.type === "custom" && !event.passive));
    const bounce = pages.length === 1 && !breaking;
    const moved = all.filter(isActive).sort((a, b) => a.at - b.at);
    const count = (test: (event: Event) => boolean): number => all.filter(({ event }) => test(event)).length;
    return {
      visitor: visitorOf((moved[0] as Happening).batch),
      user: all.findLast(({ batch }) => batch.user !== undefined)?.batch.user ?? null,
      start,
      end,
      duration: bounce ? 0 : end - start,
      engaged: all.reduce((sum, { event }) => sum + (event.type === "attention" ? event.engaged : 0), 0),
      pageViews: pages.length,
      clicks: count((event) => event.type === "click"),
      events: count((event) => event.type === "custom" || event.type === "goal"),
      bounce,
      entry: pageOf((pages[0] ?? (moved[0] as Happening)).batch),
      exit: pageOf((pages.at(-1) ?? (moved.at(-1) as Happening)).batch),
    };
  });
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
