import type { Connection } from "../connection.js";
import { chainOf, type VisitorKind } from "../visitors.js";
import type { Named } from "./erased-names.js";

/** A row of `visitors`. */
export interface Person {
  readonly n: number;
  readonly kind: VisitorKind;
  readonly name: string;
}

/** Everybody that a name stands for. */
export interface People {
  /** Who sent batches. */
  readonly visitors: readonly Person[];
  /** The user of this name, whose batches are theirs whoever's browser sent them. */
  readonly users: readonly Person[];
}

/**
 * Whom a name means: a stored id, a daily hash or a tab, with the hashes of the days that it was joined with over midnight;
 * or a user, with every visitor that is known to be that user.
 */
export function peopleNamed(connection: Connection, site: number, who: Named): People {
  const named = everyoneNamed(connection, site, who);
  const users = named.filter(({ kind }) => kind === "user");
  const own = named.filter(({ kind }) => kind !== "user");
  const known = users.flatMap(({ n }) =>
    connection.all<Person>('SELECT n, kind, name FROM visitors WHERE site = ? AND "user" = ?', site, n),
  );
  const found = new Map([...own, ...known].map((person) => [person.n, person]));
  for (const { n, kind } of [...found.values()]) {
    if (kind !== "daily") continue;
    for (const member of chainOf(connection, site, n)) {
      const row = connection.get<Person>("SELECT n, kind, name FROM visitors WHERE n = ?", member);
      if (row) found.set(member, row);
    }
  }
  return { visitors: [...found.values()], users };
}

const kinds: readonly VisitorKind[] = ["stored", "daily", "tab", "user", "bot"];

/** All rows of a name; their kinds are said, so that the index finds them. */
export function everyoneNamed(connection: Connection, site: number, { kind, name }: Named): readonly Person[] {
  const wanted = kind === "any" ? kinds : [kind];
  return connection.all<Person>(
    `SELECT n, kind, name FROM visitors WHERE site = ? AND kind IN (${wanted.map(() => "?").join(", ")}) AND name = ?`,
    ...[site, ...wanted, name],
  );
}

/** The condition that a row of `raw` is theirs. */
export function theirs({
  visitors,
  users,
}: {
  readonly visitors: readonly number[];
  readonly users: readonly number[];
}): {
  readonly sql: string;
  readonly values: readonly number[];
} {
  // -1 is nobody, and lets an empty list be one.
  const list = (numbers: readonly number[]): string => ["-1", ...numbers.map(() => "?")].join(", ");
  return {
    sql: `(visitor IN (${list(visitors)}) OR "user" IN (${list(users)}))`,
    values: [...visitors, ...users],
  };
}
