import type { ReferenceHistory } from "./reference.js";

const day = 86_400_000;

/** Paris has winter time throughout, an hour before UTC. */
export const localDay = (at: number): number => Math.floor((at + 3_600_000) / day);

/** Who came, told apart as numbers of visitors tell: by user, by stored id, or else by the day of the visit. */
export function referencePeople(histories: readonly ReferenceHistory[]): ReadonlyMap<ReferenceHistory, string> {
  const users = new Map<string, { readonly at: number; readonly user: string }>();
  for (const { at, batch } of histories.flatMap(({ all }) => all)) {
    const name = batch.visitor ?? batch.edge.visitor ?? "";
    const known = users.get(name);
    if (batch.user !== undefined && (!known || at < known.at)) users.set(name, { at, user: batch.user });
  }
  return new Map(
    histories.map((history) => {
      const { visit, all } = history;
      const user = visit.user ?? users.get(visit.visitor)?.user;
      const stored = all.some(({ batch }) => batch.visitor === visit.visitor);
      return [history, user ?? (stored ? visit.visitor : `${visit.visitor} ${localDay(visit.start)}`)];
    }),
  );
}
